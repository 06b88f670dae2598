//! The inputs of a run, which grow while archives are read.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, RwLock, RwLockReadGuard};

use crate::lock::ignore_poison;

/// The name of standard input in all output. It matches `stdout` and `stderr`, the names of a
/// command's streams, and is valid where a CI system expects a path.
pub const STDIN: &str = "stdin";

/// An input of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// Standard input.
    Stdin,
    /// A file, FIFO or device.
    Path(PathBuf),
    /// A member of an archive: the name of the archive, a slash, and the name of the member.
    Member(PathBuf),
    /// A reader with a name such as `stderr`; see
    /// [`Feed::from_named_reader`](super::Feed::from_named_reader).
    Stream(String),
}

impl Input {
    /// The name to print. Standard input is [`STDIN`]; a file of that name is `./stdin`. What is
    /// not UTF-8 is replaced.
    pub fn name(&self) -> String {
        self.os_name().to_string_lossy().into_owned()
    }

    /// The same name, in the characters of the operating system.
    pub fn os_name(&self) -> OsString {
        match self {
            Self::Stdin => STDIN.into(),
            Self::Path(path) if path.as_os_str() == STDIN => format!("./{STDIN}").into(),
            Self::Path(path) | Self::Member(path) => path.clone().into_os_string(),
            Self::Stream(name) => name.into(),
        }
    }
}

/// The most memory that the members of all archives take in the list. This is enough for 300,000
/// members.
const MEMBERS_LIMIT: usize = 32 << 20;

/// The inputs of a run. A clone is the same list.
///
/// The members of an archive are added at the end of the list when they are found.
#[derive(Clone, Debug, Default)]
pub struct InputList(Arc<RwLock<List>>);

#[derive(Debug, Default)]
struct List {
    inputs: Vec<Listed>,
    /// The memory that members take.
    member_bytes: usize,
}

#[derive(Debug)]
struct Listed {
    input: Input,
    /// The index of the input that the member comes from; for others, their own index.
    origin: usize,
    is_archive: bool,
}

impl InputList {
    /// The input with this index. Panics if there is none.
    pub fn at(&self, index: usize) -> Input {
        self.read().inputs[index].input.clone()
    }

    /// The input with this index.
    pub fn get(&self, index: usize) -> Option<Input> {
        self.read().inputs.get(index).map(|listed| listed.input.clone())
    }

    /// The number of inputs.
    pub fn len(&self) -> usize {
        self.read().inputs.len()
    }

    /// Whether there are no inputs.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The inputs as they are now.
    pub fn to_vec(&self) -> Vec<Input> {
        self.read().inputs.iter().map(|listed| listed.input.clone()).collect()
    }

    /// The names of all inputs except archives, members where their archive was named; and for each
    /// index in this list its index among these names (`usize::MAX` for an archive, which has no
    /// lines).
    #[doc(hidden)]
    pub fn names_in_order(&self) -> (Vec<OsString>, Vec<usize>) {
        let list = &self.read().inputs;
        let mut indexes: Vec<usize> = (0..list.len()).collect();
        indexes.sort_by_key(|&index| list[index].origin);
        let (mut names, mut places) = (Vec::new(), vec![usize::MAX; list.len()]);
        for index in indexes.into_iter().filter(|&index| !list[index].is_archive) {
            places[index] = names.len();
            names.push(list[index].input.os_name());
        }
        (names, places)
    }

    /// Adds a member of the input with the index `archive`. Returns its index, or `None` if the
    /// names of all members would take too much memory.
    pub(super) fn push_member(&self, archive: usize, member: Input) -> Option<usize> {
        let mut list = ignore_poison(self.0.write());
        let size = member.os_name().len() + size_of::<Listed>();
        if list.member_bytes + size > MEMBERS_LIMIT {
            return None;
        }
        list.member_bytes += size;
        let origin = list.inputs[archive].origin;
        list.inputs.push(Listed { input: member, origin, is_archive: false });
        Some(list.inputs.len() - 1)
    }

    /// Marks an input as an archive, which has members instead of lines.
    pub(super) fn mark_archive(&self, index: usize) {
        let mut list = ignore_poison(self.0.write());
        list.inputs[index].is_archive = true;
    }

    fn read(&self) -> RwLockReadGuard<'_, List> {
        ignore_poison(self.0.read())
    }
}

impl<I: IntoIterator<Item = Input>> From<I> for InputList {
    fn from(inputs: I) -> Self {
        let listed = |(origin, input)| Listed { input, origin, is_archive: false };
        let inputs = inputs.into_iter().enumerate().map(listed).collect();
        Self(Arc::new(RwLock::new(List { inputs, member_bytes: 0 })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_has_the_name_of_standard_input() {
        let path = |path: &str| Input::Path(PathBuf::from(path)).name();
        assert_eq!(
            (Input::Stdin.name(), path("stdin"), path("./stdin"), path("a/stdin")),
            ("stdin".into(), "./stdin".into(), "./stdin".into(), "a/stdin".into())
        );
    }
}
