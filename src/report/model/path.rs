//! Names of files in documents: relative paths stay as they are, absolute ones become `file:` URIs.

use std::fmt::Write;

/// The path of a file, with `/` between its parts and without `./` at its beginning.
pub(crate) fn relative_path(name: &str) -> String {
    relative_path_on(name, cfg!(windows))
}

/// The file as a URI reference, percent-encoded; a relative one for a relative path.
pub(crate) fn uri(name: &str) -> String {
    uri_on(name, cfg!(windows))
}

fn relative_path_on(name: &str, is_windows: bool) -> String {
    // On other systems a file name may contain a backslash.
    let name = if is_windows { name.replace('\\', "/") } else { name.to_string() };
    let mut path = name.as_str();
    while let Some(rest) = path.strip_prefix("./") {
        path = rest.trim_start_matches('/');
    }
    path.to_string()
}

fn uri_on(name: &str, is_windows: bool) -> String {
    let path = relative_path_on(name, is_windows);
    match path.as_bytes() {
        [letter, b':', ..] if is_windows && letter.is_ascii_alphabetic() => {
            format!("file:///{}{}", &path[..2], encoded(&path[2..]))
        }
        // `//server/share` of Windows: the server is the authority of the URI.
        [b'/', b'/', ..] if is_windows => format!("file:{}", encoded(&path)),
        [b'/', ..] => format!("file:///{}", encoded(path.trim_start_matches('/'))),
        _ => encoded(&path),
    }
}

/// Encodes all bytes as `%XX` but `/` and the unreserved ones of RFC 3986. A colon is encoded so
/// that no part of a path is read as a scheme.
fn encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a String takes all text");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        let rows = [
            ("app.log", "app.log"),
            ("./logs/app.log", "logs/app.log"),
            (".//./app.log", "app.log"),
            ("../app.log", "../app.log"),
            ("stdin", "stdin"),
            ("./stdin", "stdin"),
            ("/var/log/a b.log", "file:///var/log/a%20b.log"),
            ("//var/log/app.log", "file:///var/log/app.log"),
            ("100%.log", "100%25.log"),
            ("javascript:x", "javascript%3Ax"),
            ("C:\\app.log", "C%3A%5Capp.log"),
            ("a?b#c[d].log", "a%3Fb%23c%5Bd%5D.log"),
            ("日志.log", "%E6%97%A5%E5%BF%97.log"),
            ("a\n::error::\u{202e}\"'\0", "a%0A%3A%3Aerror%3A%3A%E2%80%AE%22%27%00"),
        ];
        for (name, wanted) in rows {
            assert_eq!(uri_on(name, false), wanted, "{name:?}");
        }
    }

    #[test]
    fn windows_has_drives_servers_and_backslashes() {
        let rows = [
            ("logs\\app.log", "logs/app.log"),
            (".\\logs\\app.log", "logs/app.log"),
            ("C:\\logs\\a b.log", "file:///C:/logs/a%20b.log"),
            ("\\\\server\\share\\app.log", "file://server/share/app.log"),
            ("\\logs\\app.log", "file:///logs/app.log"),
            ("日", "%E6%97%A5"),
        ];
        for (name, wanted) in rows {
            assert_eq!(uri_on(name, true), wanted, "{name:?}");
        }
    }

    #[test]
    fn plain_paths_keep_their_characters() {
        let rows = [("./日 志.log", "日 志.log"), ("/var/log/a.log", "/var/log/a.log")];
        for (name, wanted) in rows {
            assert_eq!(relative_path_on(name, false), wanted, "{name:?}");
        }
    }
}
