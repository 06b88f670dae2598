//! The manifests of package managers, filled in for a release.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use super::{ROOT, yaml};
use crate::common::{folder, read, text, tool};

const TARGETS: [&str; 8] = [
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
    "aarch64-pc-windows-msvc",
];

fn archive(target: &str) -> String {
    let end = if target.contains("windows") { "zip" } else { "tar.gz" };
    format!("imerr-annotate-1.2.3-{target}.{end}")
}

/// A checksum that is made up.
fn checksum(target: &str) -> String {
    let place = TARGETS.iter().position(|other| *other == target).expect("a target");
    format!("{place}a").repeat(32)
}

/// The checksums of a release, as `sha256sum` prints them.
fn checksums() -> String {
    let line = |target: &&str| format!("{}  {}\n", checksum(target), archive(target));
    TARGETS.iter().map(line).collect()
}

fn fill(folder: &Path, args: &[&str]) -> Output {
    let script = format!("{ROOT}/contrib/packages/fill");
    let output = Command::new(script).args(args).current_dir(folder).output();
    output.expect("there is a shell")
}

const REPOSITORY: &str = "https://github.com/owner/imerr-annotate";

/// A folder with the manifests of a release in `manifests`.
fn filled() -> TempDir {
    let folder = folder(&[("SHA256SUMS", &checksums())]);
    let output = fill(folder.path(), &["1.2.3", REPOSITORY, "SHA256SUMS", "manifests"]);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    folder
}

/// Checks an address and the checksum beside it; returns the target.
fn target_of(url: &str, sum: &str) -> &'static str {
    let name = url.strip_prefix(&format!("{REPOSITORY}/releases/download/v1.2.3/"));
    let name = name.unwrap_or_else(|| panic!("{url} is not in the release"));
    let target = TARGETS.iter().find(|target| archive(target) == name);
    let target = target.unwrap_or_else(|| panic!("no archive is named {name}"));
    assert_eq!(sum, checksum(target), "{url}");
    target
}

/// The strings after a name in a formula.
fn ruby_values<'t>(formula: &'t str, name: &str) -> Vec<&'t str> {
    let values = formula.lines().filter_map(|line| line.trim().strip_prefix(name));
    values.map(|value| value.trim_matches('"')).collect()
}

#[test]
fn the_manifests_name_the_archives_of_a_release() {
    let folder = filled();
    let file = |name: &str| read(folder.path(), &format!("manifests/{name}"));

    let scoop: Value = serde_json::from_str(&file("scoop/imerr-annotate.json")).expect("JSON");
    for (architecture, processor) in [("64bit", "x86_64"), ("arm64", "aarch64")] {
        let windows = &scoop["architecture"][architecture];
        let member = |name: &str| windows[name].as_str().expect("a string");
        let target = target_of(member("url"), member("hash"));
        assert!(target.starts_with(processor), "{target}");
        assert_eq!(member("extract_dir"), format!("imerr-annotate-1.2.3-{target}"));
        let next = &scoop["autoupdate"]["architecture"][architecture]["extract_dir"];
        assert_eq!(*next, format!("imerr-annotate-$version-{target}"));
    }
    assert_eq!(scoop["version"], "1.2.3");

    let krew = yaml("krew", &file("krew/imerr.yaml"));
    let mut targets = Vec::new();
    for platform in krew["spec"]["platforms"].as_vec().expect("a list") {
        let member = |name: &str| platform[name].as_str().expect("a string");
        let target = target_of(member("uri"), member("sha256"));
        let from = platform["files"][0]["from"].as_str().expect("a path");
        assert_eq!(from, format!("imerr-annotate-1.2.3-{target}/{}", member("bin")));
        let arch = platform["selector"]["matchLabels"]["arch"].as_str().expect("a name");
        assert_eq!(arch == "arm64", target.starts_with("aarch64"));
        targets.push(target);
    }
    assert_eq!(targets.len(), 4);
    assert_eq!(krew["spec"]["version"].as_str(), Some("v1.2.3"));
    assert!(krew["spec"]["shortDescription"].as_str().is_some_and(|text| text.len() <= 50));

    for part in ["", ".installer", ".locale.en-US", ".locale.zh-CN"] {
        let name = format!("winget/imerr-annotate.imerr-annotate{part}.yaml");
        let manifest = yaml(&name, &file(&name));
        assert_eq!(manifest["PackageVersion"].as_str(), Some("1.2.3"), "{name}");
        if part == ".installer" {
            for (place, architecture) in [(0, "x64"), (1, "arm64")] {
                let installer = &manifest["Installers"][place];
                let member = |name: &str| installer[name].as_str().expect("a string");
                let target = target_of(member("InstallerUrl"), member("InstallerSha256"));
                assert_eq!(member("Architecture"), architecture);
                assert_eq!(architecture == "arm64", target.starts_with("aarch64"));
                let program = installer["NestedInstallerFiles"][0]["RelativeFilePath"].as_str();
                let expected = format!("imerr-annotate-1.2.3-{target}\\imerr-annotate.exe");
                assert_eq!(program, Some(&*expected));
            }
        }
    }

    let formula = file("homebrew/imerr-annotate.rb");
    let (urls, sums) = (ruby_values(&formula, "url "), ruby_values(&formula, "sha256 "));
    assert_eq!((urls.len(), sums.len()), (4, 4));
    for (url, sum) in urls.iter().zip(sums) {
        target_of(url, sum);
    }
    if let Some(ruby) = tool("ruby") {
        let path = folder.path().join("manifests/homebrew/imerr-annotate.rb");
        let output = Command::new(ruby).arg("-wc").arg(path).output().expect("Ruby runs");
        assert_eq!((text(&output.stdout), text(&output.stderr)), ("Syntax OK\n".into(), "".into()));
    }
}

/// A value of `.SRCINFO`.
fn info_value<'t>(info: &'t str, name: &str) -> &'t str {
    let start = format!("\t{name} = ");
    let value = info.lines().find_map(|line| line.strip_prefix(&start));
    value.unwrap_or_else(|| panic!("no {name} in {info}"))
}

/// The AUR shows `.SRCINFO`, and `makepkg` goes by `PKGBUILD`.
#[test]
fn both_files_for_the_aur_say_the_same() {
    let Some(bash) = tool("bash") else { return };
    let folder = filled();
    let aur = folder.path().join("manifests/aur");
    let script = "source ./PKGBUILD
        for name in pkgdesc pkgver pkgrel url arch license depends provides conflicts options \
            source_x86_64 sha256sums_x86_64 source_aarch64 sha256sums_aarch64; do
            declare -n values=$name
            for value in \"${values[@]}\"; do printf '\\t%s = %s\\n' \"$name\" \"$value\"; done
        done";
    let output = Command::new(bash).args(["-euc", script]).current_dir(&aur).output();
    let output = output.expect("bash runs");
    let info = read(&aur, ".SRCINFO");
    let values: Vec<&str> = info.split_inclusive('\n').filter(|it| it.starts_with('\t')).collect();
    assert_eq!((text(&output.stdout), text(&output.stderr)), (values.concat(), String::new()));
    for target in ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"] {
        let processor = target.split('-').next().expect("a target has parts");
        let source = info_value(&info, &format!("source_{processor}"));
        let sum = info_value(&info, &format!("sha256sums_{processor}"));
        assert_eq!(target_of(source, sum), target);
    }
}

#[test]
fn fill_refuses_what_is_no_release() {
    let sums = checksums();
    let others = sums.replace("1.2.3", "1.2.4");
    let (part, _) = sums.rsplit_once("7a").expect("the last line is for Windows");
    let folder = folder(&[("all", &sums), ("others", &others), ("part", part), ("old/x", "")]);
    for (args, expected) in [
        (&["1.2.3", REPOSITORY, "all"][..], "usage: fill "),
        (&["v1.2.3", REPOSITORY, "all", "new"], "VERSION is 'v1.2.3'"),
        (&["1.2.3-rc.1", REPOSITORY, "all", "new"], "VERSION is '1.2.3-rc.1'"),
        (&["1.2.3", "git@github.com:owner/x", "all", "new"], "REPOSITORY is 'git@"),
        (&["1.2.3", "https://x/|e rm", "all", "new"], "REPOSITORY 'https://x/|e rm' has "),
        (&["1.2.3", REPOSITORY, "missing", "new"], "SUMS 'missing' cannot be read"),
        (&["1.2.3", REPOSITORY, "all", "old"], "DIRECTORY 'old' exists"),
        (
            &["1.2.3", REPOSITORY, "part", "new"],
            "'part' has no archive of version 1.2.3 for: aarch64-pc-windows-msvc\n",
        ),
        (&["1.2.3", REPOSITORY, "others", "new"], "'others' has no archive of version 1.2.3 for: "),
    ] {
        let output = fill(folder.path(), args);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {message}");
        assert!(message.starts_with(&format!("error: {expected}")), "{message}");
        assert!(!folder.path().join("new").exists(), "{args:?} leaves a folder");
    }
}
