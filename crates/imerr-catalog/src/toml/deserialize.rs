//! A serde deserializer for TOML tables that reports every problem instead of stopping at the
//! first.
//!
//! serde stops at the first error, so this deserializer returns no errors for wrong values. If a
//! value is missing or has another type, it records a diagnostic and returns a placeholder of the
//! expected type. Strings, numbers and words of an enum must be present. Options, lists and truth
//! values may be missing.

use serde::de::value::{BorrowedStrDeserializer, Error, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use toml::Spanned;
use toml::de::DeValue;

use super::table::Table;
use crate::{CodeRange, unknown_word};

/// The fields of a table, for a struct.
pub struct Fields<'a, 'v, 't> {
    table: &'a Table<'v, 't>,
    /// The fields of the struct that are not read yet.
    names: &'static [&'static str],
    /// The values of these fields.
    values: std::vec::IntoIter<Option<&'v Spanned<DeValue<'t>>>>,
    /// Fields that the table may have in addition to those of the struct.
    others: &'a [&'a str],
}

impl<'a, 'v, 't> Fields<'a, 'v, 't> {
    /// The fields of `table`.
    pub fn new(table: &'a Table<'v, 't>, others: &'a [&'a str]) -> Self {
        Self { table, names: &[], values: Vec::new().into_iter(), others }
    }
}

impl<'de> Deserializer<'de> for Fields<'_, 'de, '_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let values = self.table.values_of(names, self.others).into_iter();
        visitor.visit_map(Self { names, values, ..self })
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(serde::de::Error::custom("a table is read as a struct only"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Fields<'_, 'de, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.names.first() else { return Ok(None) };
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let (name, rest) = self.names.split_first().expect("a key comes before its value");
        self.names = rest;
        let value = self.values.next().flatten();
        seed.deserialize(Value { table: self.table, field: name, value, is_item: false })
    }
}

/// The value of a field, or an item of the list in it.
#[derive(Clone, Copy)]
pub struct Value<'a, 'v, 't> {
    table: &'a Table<'v, 't>,
    field: &'v str,
    /// None if the table does not have the field.
    value: Option<&'v Spanned<DeValue<'t>>>,
    is_item: bool,
}

impl<'a, 'v, 't> Value<'a, 'v, 't> {
    /// The value of a field, which may be missing.
    pub fn of_field(table: &'a Table<'v, 't>, field: &'v str) -> Self {
        Self { table, field, value: table.fields.get(field), is_item: false }
    }

    fn report(self, message: String) {
        match self.value {
            Some(value) => self.table.document.report(value.span(), message),
            None => self.table.report(message),
        }
    }

    fn report_type(self, wanted: &str) {
        let Self { field, .. } = self;
        let message = match self.value {
            Some(value) => format!("{field} must be {wanted}, not {}", value.get_ref().type_str()),
            None => format!("{field} is missing"),
        };
        self.report(message);
    }

    /// A string that is not empty; otherwise "".
    fn text(self) -> &'v str {
        let text = self.value.and_then(|value| value.get_ref().as_str());
        match text {
            Some("") if self.is_item => {
                self.report(format!("{} contains an empty string", self.field));
            }
            Some("") => self.report(format!("{} is empty", self.field)),
            Some(_) => {}
            None => self.report_type("a string"),
        }
        text.unwrap_or_default()
    }

    /// An integer; otherwise 0.
    fn integer(self) -> i64 {
        let Some(number) = self.value.and_then(|value| value.get_ref().as_integer()) else {
            self.report_type("an integer");
            return 0;
        };
        let digits = number.as_str().replace('_', "");
        i64::from_str_radix(&digits, number.radix()).unwrap_or_else(|_| {
            self.report(format!(
                "{} contains a number that is too large; a code has at most {} digits",
                self.field,
                CodeRange::MAX_DIGITS
            ));
            0
        })
    }
}

impl<'de> Deserializer<'de> for Value<'_, 'de, '_> {
    type Error = Error;

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.text())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_i64(self.integer())
    }

    /// Numbers that do not fit become the nearest ones that do.
    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_i64(self.integer().clamp(i32::MIN.into(), i32::MAX.into()))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let flag = self.value.and_then(|value| value.get_ref().as_bool());
        if flag.is_none() && self.value.is_some() {
            self.report_type("true or false");
        }
        visitor.visit_bool(flag.unwrap_or(false))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_none() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let items = self.value.and_then(|value| value.get_ref().as_array());
        if items.is_none() && self.value.is_some() {
            self.report_type("an array");
        }
        visitor.visit_seq(Items { list: self, rest: items.map_or(&[], |items| &items[..]) })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let mut word = self.text();
        if !variants.contains(&word) {
            if !word.is_empty() {
                self.report(format!("{} {}", self.field, unknown_word(word, variants)));
            }
            word = variants[0];
        }
        let word: StrDeserializer<'_, Error> = word.into_deserializer();
        visitor.visit_enum(word)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.table.table(self.field) {
            Some(table) => Fields::new(&table, &[]).deserialize_struct(name, names, visitor),
            None => visitor.visit_map(Fields::new(self.table, &[])),
        }
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(serde::de::Error::custom(format!(
            "{} has a type that data files do not use",
            self.field
        )))
    }

    serde::forward_to_deserialize_any! {
        i8 i16 u8 u16 u32 u64 f32 f64 char bytes byte_buf unit unit_struct newtype_struct tuple
        tuple_struct map identifier ignored_any
    }
}

/// The items of a list.
struct Items<'a, 'v, 't> {
    list: Value<'a, 'v, 't>,
    rest: &'v [Spanned<DeValue<'t>>],
}

impl<'de> SeqAccess<'de> for Items<'_, 'de, '_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let Some((item, rest)) = self.rest.split_first() else { return Ok(None) };
        self.rest = rest;
        seed.deserialize(Value { value: Some(item), is_item: true, ..self.list }).map(Some)
    }
}
