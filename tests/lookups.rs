//! `explain` and `search`: what they print if they find nothing.

mod common;

use common::{folder, run, status_and_output};

#[test]
fn a_number_out_of_range_is_reported() {
    let folder = folder(&[]);
    for number in ["99999999999999999999", "-99999999999999999999", "+99999999999999999999"] {
        let (status, out, errors) =
            status_and_output(&run(&["explain", "--", number], folder.path()));
        let wanted = format!("error: {number}: the number is out of range for a code\n");
        assert_eq!((status, out, errors), (Some(1), String::new(), wanted));
    }
}

#[test]
fn a_search_without_words_says_so() {
    let folder = folder(&[]);
    for words in [&["search", ""][..], &["search", " ", ""]] {
        let (status, out, errors) = status_and_output(&run(words, folder.path()));
        assert_eq!((status, out.as_str()), (Some(1), ""));
        assert!(errors.starts_with("error: search: no word to search for"), "{errors}");
    }
    let quoted = status_and_output(&run(&["search", "usersig expired"], folder.path()));
    let separate = status_and_output(&run(&["search", "usersig", "expired"], folder.path()));
    assert_eq!(quoted, separate);
    let (status, _, errors) = status_and_output(&run(&["search", "zebra"], folder.path()));
    assert_eq!(status, Some(1));
    assert!(errors.starts_with("error: zebra: no code has all of these words"));
}
