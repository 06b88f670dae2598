//! Enums whose variants are fixed words of the data files, the command line and JSON.

/// Declares an enum with one word per variant.
///
/// The enum gets `ALL`, `as_str`, `Display`, `FromStr`, and the same words in serde. A crate that
/// uses the macro must depend on `serde` with its feature `derive`.
#[macro_export]
macro_rules! string_enum {
    ($(#[$attribute:meta])* $name:ident {
        $($(#[$doc:meta])* $variant:ident = $word:literal,)+
    }) => {
        $(#[$attribute])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            ::serde::Deserialize, ::serde::Serialize,
        )]
        pub enum $name { $($(#[$doc])* #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// Every variant, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word for this variant in data files, options and JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            /// Reads the word; the error lists the choices and names a near one.
            fn from_str(word: &str) -> Result<Self, String> {
                for variant in Self::ALL {
                    if variant.as_str() == word {
                        return Ok(*variant);
                    }
                }
                let choices: Vec<_> = Self::ALL.iter().map(|one| one.as_str()).collect();
                Err($crate::unknown_word(word, &choices))
            }
        }
    };
}
