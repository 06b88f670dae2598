//! The shell steps of the release workflow and of the action for GitHub Actions, run with a `gh`
//! of the test in place of the real one.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod common;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};

use common::{folder, read, text};
use yaml_rust2::{Yaml, YamlLoader};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const TARGET: &str = "x86_64-unknown-linux-musl";

/// Copies the archives of its folder `release`, and writes down its arguments.
const GH: &str = "#!/bin/sh\n\
    echo \"$*\" >> \"$GH_LOG\"\n\
    case $2 in download) cp \"$RELEASE\"/* . ;; esac\n";

/// Runs a script of bash in `folder`, where `bin` has the programs of the test.
fn bash(folder: &Path, environment: &[(&str, &str)], script: &[&str]) -> Output {
    let path = format!("{}/bin:/usr/bin:/bin", folder.display());
    Command::new("bash")
        .args(script)
        .env_clear()
        .env("PATH", path)
        .env("RELEASE", folder.join("release"))
        .env("GH_LOG", folder.join("gh.log"))
        .envs(environment.iter().copied())
        .current_dir(folder)
        .output()
        .expect("bash is installed")
}

/// A folder with `gh` and a release of `program`.
fn release(program: &str) -> tempfile::TempDir {
    let files = [("bin/gh", GH), ("release/.keep", ""), ("logs/a.log", common::LINE)];
    let folder = folder(&files);
    let gh = folder.path().join("bin/gh");
    fs::set_permissions(gh, fs::Permissions::from_mode(0o755)).expect("the file is ours");
    let name = format!("imerr-annotate-1.2.3-{TARGET}");
    let content = folder.path().join(&name);
    fs::create_dir(&content).expect("the folder is new");
    fs::copy(program, content.join("imerr-annotate")).expect("the program exists");
    let pack = format!(
        "tar cf - {name} | gzip -1 > release/{name}.tar.gz; rm -r {name} release/.keep; cd \
            release; \
         sha256sum {name}.tar.gz > {name}.tar.gz.sha256"
    );
    let packed = bash(folder.path(), &[], &["-ec", &pack]);
    assert!(packed.status.success(), "{}", text(&packed.stderr));
    folder
}

fn install(folder: &Path, version: &str) -> Output {
    let path_file = folder.join("path").display().to_string();
    let temporary = folder.join("temporary").display().to_string();
    let environment = [
        ("RUNNER_OS", "Linux"),
        ("RUNNER_ARCH", "X64"),
        ("RUNNER_TEMP", &temporary),
        ("GITHUB_PATH", &path_file),
        ("IMERR_REPOSITORY", "owner/imerr-annotate"),
        ("IMERR_VERSION", version),
    ];
    bash(folder, &environment, &[&format!("{ROOT}/.github/action/install.sh")])
}

#[test]
fn the_action_installs_a_release_and_annotates_the_logs() {
    let folder = release(env!("CARGO_BIN_EXE_imerr-annotate"));
    let folder = folder.path();
    for version in ["", "v1.2.3"] {
        let installed = install(folder, version);
        assert!(installed.status.success(), "{}", text(&installed.stderr));
    }
    let archive = format!("imerr-annotate-*-{TARGET}.tar.gz");
    let patterns =
        format!("--repo owner/imerr-annotate --pattern {archive} --pattern {archive}.sha256");
    let of_action = concat!("v", env!("CARGO_PKG_VERSION"));
    let wanted =
        format!("release download {of_action} {patterns}\nrelease download v1.2.3 {patterns}\n");
    assert_eq!(read(folder, "gh.log"), wanted);

    let directory = read(folder, "path").lines().next().expect("PATH grows").to_string();
    let program = Path::new(&directory).join("imerr-annotate");
    fs::copy(program, folder.join("bin/imerr-annotate")).expect("the release has the program");
    fs::write(folder.join("logs/my b.log"), common::LINE).expect("the folder is writable");
    for files in ["**/*.log", "logs/a.log\n\nlogs/my b.log\n", "logs/a.log\nlogs/m* b.log"] {
        let (status, stdout, _) = annotate(folder, files, "error", "");
        assert_eq!((status, output_of(folder, "status")), (Some(1), "1".into()));
        assert_eq!(["findings", "errors"].map(|name| output_of(folder, name)), ["2", "2"]);
        assert!(read(Path::new("/"), &output_of(folder, "report")).contains("6206"));
        assert!(stdout.contains("::error file=logs/a.log,line=1"), "{stdout}");
        assert!(stdout.contains("last logs/my b.log:1"), "{stdout}");
    }
    assert_eq!(annotate(folder, "logs/*.log", "", "").0, Some(0));
    assert_eq!(output_of(folder, "status"), "0");
    // A warning is a finding and no error. Text of the log is no count.
    let warning = "imsdk code: 20007, \"severity\":\"fatal\",\"confidence\":\"high\",\"count\":9";
    fs::write(folder.join("logs/my b.log"), warning).expect("the folder is writable");
    assert_eq!(annotate(folder, "logs/my b.log", "", "").0, Some(0));
    assert_eq!(["findings", "errors"].map(|name| output_of(folder, name)), ["1", "0"]);
    fs::write(folder.join("logs/my b.log"), "imsdk error_code:6707|error_message:x\n")
        .expect("it is");
    assert_eq!(annotate(folder, "logs/my b.log", "", "--unknown").0, Some(0));
    assert_eq!(["findings", "errors"].map(|name| output_of(folder, name)), ["1", "1"]);
    fs::write(folder.join("logs/my b.log"), common::LINE).expect("the folder is writable");
    let (status, _, _) = annotate(folder, "logs/*.log", "fatal", "--report sarif=codes.sarif");
    assert_eq!(status, Some(0));
    assert!(read(folder, "codes.sarif").contains("6206"));
    let quoted = "--only  --kind '!network'\n--report \"csv=all codes*.csv\" --json-key a\\ b";
    assert_eq!(annotate(folder, "logs/*.log", "", quoted).0, Some(0));
    assert!(read(folder, "all codes*.csv").contains("6206"));
    let (status, _, stderr) = annotate(folder, "logs/*.log", "error", "--kind '!network");
    assert_eq!(status, Some(2));
    assert!(stderr.contains("error: the input 'args' cannot be split into words"), "{stderr}");
    let (status, _, stderr) = annotate(folder, "none/*.log", "error", "");
    assert_eq!(status, Some(2));
    assert!(stderr.contains("none/*.log"), "{stderr}");
    assert_eq!(annotate(folder, "logs/a.log", "error", "--no-such-option").0, Some(2));
    assert_eq!(read(folder, "outputs"), "status=2\n");
}

/// An output of the action.
fn output_of(folder: &Path, name: &str) -> String {
    let outputs = read(folder, "outputs");
    let value = outputs.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
    value.unwrap_or_else(|| panic!("no {name} in {outputs}")).to_string()
}

fn annotate(
    folder: &Path,
    files: &str,
    fail_on: &str,
    args: &str,
) -> (Option<i32>, String, String) {
    let outputs = folder.join("outputs").display().to_string();
    let temporary = folder.display().to_string();
    fs::write(&outputs, "").expect("the folder is writable");
    let environment = [
        ("RUNNER_TEMP", &*temporary),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_OUTPUT", &outputs),
        ("IMERR_FILES", files),
        ("IMERR_FAIL_ON", fail_on),
        ("IMERR_ARGS", args),
    ];
    let output = bash(folder, &environment, &[&format!("{ROOT}/.github/action/annotate.sh")]);
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_action_refuses_a_damaged_archive() {
    let folder = release("/bin/true");
    let archive = format!("release/imerr-annotate-1.2.3-{TARGET}.tar.gz");
    let mut bytes = fs::read(folder.path().join(&archive)).expect("the archive was written");
    *bytes.last_mut().expect("it is not empty") ^= 1;
    fs::write(folder.path().join(&archive), bytes).expect("the folder is writable");
    let installed = install(folder.path(), "");
    assert!(!installed.status.success());
    assert!(!folder.path().join("path").exists(), "nothing is put into PATH");
}

/// A file of this repository.
fn ours(name: &str) -> String {
    read(Path::new(ROOT), name)
}

/// A workflow of this repository.
fn workflow(name: &str) -> Yaml {
    let documents = YamlLoader::load_from_str(&ours(&format!(".github/workflows/{name}.yml")));
    documents.expect("the workflow is YAML").remove(0)
}

/// A job of the release workflow.
fn release_job(name: &str) -> Yaml {
    workflow("release")["jobs"][name].clone()
}

/// The `run` of the step with this name in a job of the release workflow.
fn release_step(job: &str, name: &str) -> String {
    let definition = release_job(job);
    let steps = definition["steps"].as_vec().expect("a job has steps");
    let step = steps.iter().find(|step| step["name"] == Yaml::String(name.to_string()));
    let script = step.unwrap_or_else(|| panic!("{job} has no step {name}"))["run"].as_str();
    script.expect("the step runs a script").to_string()
}

const ADDRESS: &str = "https://github.com/owner/imerr-annotate";
const MAINTAINER: &str = "The imerr-annotate maintainers <mail@example.com>";
const IMAGE: &str = "images.example/owner/imerr-annotate";

/// Writes the manifests into a folder, each with `end` in place of its `repository`.
fn put_manifests(folder: &Path, end: &str) {
    for name in ["Cargo.toml", "crates/imerr-catalog/Cargo.toml", "python/Cargo.toml"] {
        let manifest = ours(name);
        let kept = manifest.lines().filter(|line| !line.starts_with("repository = "));
        let manifest = format!("{}\n{end}", kept.collect::<Vec<_>>().join("\n"));
        fs::create_dir_all(folder.join(name).parent().expect("a file is in a folder"))
            .expect("the folder is writable");
        fs::write(folder.join(name), manifest).expect("the folder is writable");
    }
}

/// Status and output of a step that compares.
fn compare(folder: &Path, tag: &str, step: &str) -> (Option<i32>, String) {
    let environment = [
        ("GITHUB_REF_NAME", tag),
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_REPOSITORY", "owner/imerr-annotate"),
    ];
    let output = bash(folder, &environment, &["-e", "-c", &release_step("check", step)]);
    (output.status.code(), text(&output.stdout))
}

#[test]
fn the_release_workflow_compares_tag_and_repository_before_it_builds() {
    assert_eq!(release_job("build")["needs"].as_str(), Some("check"));
    let folder = folder(&[]);
    let folder = folder.path();
    put_manifests(folder, "");
    let passed = (Some(0), String::new());
    let versions = "Compare the tag with the versions";
    let error = "::error::Cargo.toml has another version than the tag v99.0.0\n";
    assert_eq!(compare(folder, concat!("v", env!("CARGO_PKG_VERSION")), versions), passed);
    assert_eq!(compare(folder, "v99.0.0", versions), (Some(1), error.into()));

    let repository = "Compare the repository with the manifests";
    let error = format!("::error::Cargo.toml does not set repository = \"{ADDRESS}\"\n");
    assert_eq!(compare(folder, "", repository), (Some(1), error.clone()));
    put_manifests(folder, &format!("repository = \"{}\"\n", ADDRESS.replace("owner", "other")));
    assert_eq!(compare(folder, "", repository), (Some(1), error));
    put_manifests(folder, &format!("repository = \"{ADDRESS}\"\n"));
    assert_eq!(compare(folder, "", repository), passed);
}

/// A copy of the files that name the repository or say that there is no release.
fn unreleased_clone() -> tempfile::TempDir {
    let folder = folder(&[]);
    for name in [
        "Cargo.toml",
        "crates/imerr-catalog/Cargo.toml",
        "README.md",
        "README.zh-CN.md",
        "docs/ci.md",
        "docs/ci.zh-CN.md",
        "docs/cluster.md",
        "docs/integrations.md",
        "docs/library.md",
        "python/README.md",
        "python/pyproject.toml",
    ] {
        let copy = folder.path().join(name);
        fs::create_dir_all(copy.parent().expect("a file is in a folder")).expect("it is writable");
        fs::write(copy, ours(name)).expect("the folder is writable");
    }
    folder
}

#[test]
fn one_script_prepares_the_first_release() {
    let folder = unreleased_clone();
    let folder = folder.path();
    let publish = format!("{ROOT}/.ci/publish");
    let path = folder.display().to_string();
    for (repository, maintainer, image) in [
        ("", MAINTAINER, IMAGE),
        ("https://github.com/owner", MAINTAINER, IMAGE),
        ("git@github.com:owner/imerr-annotate.git", MAINTAINER, IMAGE),
        (ADDRESS, "", IMAGE),
        (ADDRESS, "No Address", IMAGE),
        (ADDRESS, MAINTAINER, ""),
        (ADDRESS, MAINTAINER, "images.example/Owner/imerr-annotate"),
    ] {
        let output = bash(folder, &[], &[&publish, repository, maintainer, image, &path]);
        assert!(!output.status.success(), "{repository} {maintainer} {image}");
    }
    // The second run changes nothing.
    for _ in 0..2 {
        let output = bash(folder, &[], &[&publish, ADDRESS, MAINTAINER, IMAGE, &path]);
        let printed = text(&output.stdout) + &text(&output.stderr);
        assert_eq!((output.status.code(), printed), (Some(0), String::new()));
    }
    let step = "Compare the repository with the manifests";
    assert_eq!(compare(folder, "", step), (Some(0), String::new()));
    for name in ["Cargo.toml", "crates/imerr-catalog/Cargo.toml"] {
        let manifest: toml::Table = read(folder, name).parse().expect("the manifest is TOML");
        assert_eq!(manifest["package"]["repository"].as_str(), Some(ADDRESS), "{name}");
        if name == "Cargo.toml" {
            let package = &manifest["package"]["metadata"]["deb"];
            assert_eq!(package["maintainer"].as_str(), Some(MAINTAINER));
        }
    }
    let project: toml::Table = read(folder, "python/pyproject.toml").parse().expect("it is TOML");
    let urls = project["project"]["urls"].as_table().expect("it has addresses");
    assert_eq!(urls["Repository"].as_str(), Some(ADDRESS));
    let readme = read(folder, "README.md");
    assert!(readme.contains(&format!("\nReleases (<{ADDRESS}/releases>) have ")), "{readme}");
    assert!(readme.contains(&format!("\ngit clone {ADDRESS} imerr-annotate ")), "{readme}");
    assert!(
        readme.contains(&format!("| `docker run --rm -v \"$PWD:/logs:ro\" {IMAGE} app.log` |"))
    );
    assert!(!readme.contains("<!--") && !readme.contains("\n\n\n"), "{readme}");
    let ci = read(folder, "docs/ci.md");
    assert!(ci.contains("uses: owner/imerr-annotate@v0\n"));
    assert!(ci.contains(&format!("docker run --rm -i {IMAGE} --only -")));
    assert!(read(folder, "docs/library.md").contains("\"imerr-annotate\", version = \"0."));
    // A new sentence without the comments is an error.
    fs::write(folder.join("docs/cluster.md"), "Not published yet.\n").expect("it is writable");
    let output = bash(folder, &[], &[&publish, ADDRESS, MAINTAINER, IMAGE, &path]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("docs/cluster.md:1:Not published yet."));
}

/// A value of `[package.metadata.binstall]` for a target, filled in as `cargo binstall` does.
fn binstall(target: &str, key: &str) -> String {
    let manifest: toml::Table = ours("Cargo.toml").parse().expect("the manifest is TOML");
    let metadata = &manifest["package"]["metadata"]["binstall"];
    let special = metadata["overrides"].get(target).and_then(|values| values.get(key));
    let mut value = special.unwrap_or(&metadata[key]).as_str().expect("a string").to_string();
    for (name, text) in [
        ("repo", ADDRESS),
        ("name", "imerr-annotate"),
        ("bin", "imerr-annotate"),
        ("version", env!("CARGO_PKG_VERSION")),
        ("target", target),
        ("binary-ext", if target.contains("windows") { ".exe" } else { "" }),
    ] {
        value = value.replace(&format!("{{ {name} }}"), text);
    }
    value
}

/// Programs for `.ci/assemble`: `cargo` lists crates, and `7z` packs as tar does. Git for Windows and
/// the tools of its shell name files differently, so `git` must not be needed.
const TOOLS: [(&str, &str); 5] = [
    ("bin/git", "#!/bin/sh\nexit 1\n"),
    (
        "bin/cargo",
        "#!/bin/sh\necho 'one v1.0.0+x MIT OR Zlib'; echo 'imerr-catalog v0.1.0 (/x) MIT'\n",
    ),
    ("bin/7z", "#!/bin/sh\ntar cf \"$3\" \"$4\"\n"),
    ("imerr-annotate", "#!/bin/sh\n"),
    ("imerr-annotate.exe", "#!/bin/sh\n"),
];
/// The sources of a crate.
const SOURCES: [(&str, &str); 3] = [
    ("cargo/registry/src/index/one-1.0.0+x/LICENSE-MIT", "the text\n"),
    ("cargo/registry/src/index/one-1.0.0+x/part/LICENSE", "the text"),
    ("cargo/registry/src/index/one-1.0.0+x/COPYING.GPLv2", "GNU GENERAL PUBLIC LICENSE\n"),
];

/// What bash prints for `script` in `folder`.
fn printed(folder: &Path, script: &str) -> String {
    let home = folder.join("cargo").display().to_string();
    let output = bash(folder, &[("CARGO_HOME", &home)], &["-ec", script]);
    assert!(output.status.success(), "{script}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// The manual pages that the manual names, and its own.
fn manual_pages() -> Vec<String> {
    let manual = common::run(&["man"], Path::new(ROOT)).stdout;
    let manual = text(&manual).replace("\\-", "-");
    let names = manual.lines().last().unwrap_or_default().split("\\fB").skip(1);
    let names = names.filter_map(|name| name.split("\\fR").next()).map(str::to_string);
    let pages: Vec<String> = names.chain(["imerr-annotate".to_string()]).collect();
    assert!(pages.len() > 10, "{pages:?}");
    pages
}

#[test]
fn cargo_binstall_finds_the_program_of_each_target() {
    let folder = folder(&[&TOOLS[..], &SOURCES].concat());
    let folder = folder.path();
    printed(folder, "chmod +x bin/* imerr-*");
    let build = workflow("build");
    let job = &build["jobs"]["package"];
    let targets = job["strategy"]["matrix"]["include"].as_vec().expect("the job has targets");
    assert!(targets.len() > 6);
    for target in targets {
        let target = target["target"].as_str().expect("a name").split('.').next();
        let target = target.expect("a name has a first part");
        let path = binstall(target, "bin-dir");
        let (inside, program) = path.split_once('/').expect("the program is in a folder");
        printed(folder, &format!("{ROOT}/.ci/assemble $PWD/{program} {target} $PWD/dist"));

        let url = binstall(target, "pkg-url");
        let release = format!("{ADDRESS}/releases/download/v{}/", env!("CARGO_PKG_VERSION"));
        let archive = url.strip_prefix(&release).expect("the address is that of a release");
        let format = if target.contains("windows") { ("zip", ".zip") } else { ("tgz", ".tar.gz") };
        assert_eq!(binstall(target, "pkg-fmt"), format.0, "{target}");
        assert!(archive.ends_with(format.1), "{url}");
        let files = printed(folder, &format!("tar tf dist/{archive}"));
        assert!(files.lines().any(|file| file == path), "{path} is not in {archive}: {files}");
        for page in manual_pages() {
            let is_page = |file: &&str| file.ends_with(&format!("/man1/{page}.1"));
            assert_eq!(files.lines().filter(is_page).count(), 2, "{page}: {files}");
        }
        let unpack = format!("tar xOf dist/{archive} {inside}/LICENSE-THIRD-PARTY");
        let licenses = printed(folder, &unpack);
        assert!(licenses.contains("\none 1.0.0+x: MIT OR Zlib\n"), "{licenses}");
        assert!(licenses.ends_with("\n---- one ----\n\nthe text\n"), "{licenses}");
        for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
            assert!(files.contains(&format!("/complete/{shell}\n")), "{shell}: {files}");
        }
    }
}

/// A tag can be moved to other code, a commit cannot.
#[test]
fn the_workflows_name_actions_by_commit() {
    for name in ["build.yml", "ci.yml", "release.yml"] {
        let workflow = ours(&format!(".github/workflows/{name}"));
        let is_action = |line: &&str| line.contains("uses: ") && !line.contains("uses: ./");
        let uses: Vec<&str> = workflow.lines().filter(is_action).collect();
        assert!(uses.len() > 1, "{name}");
        for line in uses {
            let (commit, version) = line
                .split_once('@')
                .and_then(|(_, pinned)| pinned.split_once(" # v"))
                .unwrap_or_else(|| panic!("{name}: {line}"));
            let is_commit = commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(is_commit && version.split('.').count() == 3, "{name}: {line}");
        }
    }
}

#[test]
fn a_release_is_published_as_a_whole_or_not_at_all() {
    for job in ["pypi", "release", "image"] {
        assert_eq!(release_job(job)["needs"].as_str(), Some("build"), "{job}");
    }
    assert_eq!(release_job("build")["uses"].as_str(), Some("./.github/workflows/build.yml"));
}

/// Every program of a release runs once before, except that for macOS on Intel.
#[test]
fn the_programs_of_a_release_are_tried() {
    let jobs = workflow("build")["jobs"].clone();
    let targets = |job: &str| -> Vec<String> {
        let rows = jobs[job]["strategy"]["matrix"]["include"].as_vec().into_iter().flatten();
        rows.filter_map(|row| row["target"].as_str().map(str::to_string)).collect()
    };
    let mut packaged = targets("package");
    packaged.retain(|target| target != "x86_64-apple-darwin");
    assert_eq!(targets("try"), packaged);

    let folder = release(env!("CARGO_BIN_EXE_imerr-annotate"));
    let attempt = format!("{ROOT}/.ci/try");
    let tried = bash(folder.path(), &[], &[&attempt, "release"]);
    assert!(tried.status.success(), "{}", text(&tried.stderr));
    let folder = release("/bin/true");
    assert!(!bash(folder.path(), &[], &[&attempt, "release"]).status.success());
    assert!(!bash(folder.path(), &[], &[&attempt, "bin"]).status.success());
}

/// The tag `v0` of the action moves to each release and starts none.
#[test]
fn only_the_tag_of_a_version_starts_a_release() {
    let pattern = workflow("release")["on"]["push"]["tags"][0].as_str().expect("a tag").to_string();
    // In a filter of GitHub, a dot is a dot, and a star is any text without a slash.
    let pattern = format!("^{}$", pattern.replace('.', "\\.").replace('*', "[^/]*"));
    let pattern = regex::Regex::new(&pattern).expect("the pattern is one of regex too");
    for tag in ["v0.1.0", "v1.20.3", "v0.1.0-rc.1"] {
        assert!(pattern.is_match(tag), "{tag}");
    }
    for tag in ["v0", "v0.1", "0.1.0"] {
        assert!(!pattern.is_match(tag), "{tag}");
    }
}

#[test]
fn the_notes_are_the_section_of_the_version() {
    let changelog = "# Changelog\n\n## Unreleased\n- new\n\n## 0.1.10 - 2026-03-01\n- ten\n\n\
        ## 0.1.1 - 2026-02-01\n- one\n\n## 0.1.0 - 2026-01-01\n- first\n";
    let folder = folder(&[("CHANGELOG.md", changelog)]);
    let notes = format!("{ROOT}/.ci/notes");
    for (tag, expected) in [
        ("v0.1.10", "## 0.1.10 - 2026-03-01\n- ten\n"),
        ("v0.1.1", "## 0.1.1 - 2026-02-01\n- one\n"),
        ("v0.1.0", "## 0.1.0 - 2026-01-01\n- first\n"),
        ("v0.1.0-rc.1", "## 0.1.0 - 2026-01-01\n- first\n"),
        ("v0.1.10-beta-2", "## 0.1.10 - 2026-03-01\n- ten\n"),
    ] {
        let output = bash(folder.path(), &[], &[&notes, tag]);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), expected.into()));
    }
    for tag in ["v0.1", "v0.2.0", "v1.1.1", "v0.1.100"] {
        let output = bash(folder.path(), &[], &[&notes, tag]);
        assert_eq!(output.status.code(), Some(1), "{tag}");
        assert!(text(&output.stdout).starts_with("::error::CHANGELOG.md has no section "), "{tag}");
    }
}

#[test]
fn the_release_workflow_attests_what_it_publishes() {
    let job = release_job("release");
    for permission in ["attestations", "id-token"] {
        assert_eq!(job["permissions"][permission].as_str(), Some("write"), "{permission}");
    }
    let steps = job["steps"].as_vec().expect("a job has steps");
    let place = |name: &str| steps.iter().position(|step| step["name"].as_str() == Some(name));
    let attest = place("Attest the origin").expect("the job has the step");
    assert!(place("Fill the manifests") < Some(attest) && Some(attest) < place("Publish"));
    let paths = steps[attest]["with"]["subject-path"].as_str().expect("the step names files");
    assert_eq!(
        paths,
        "dist/*.tar.gz\ndist/*.zip\ndist/*.deb\ndist/*.rpm\ndist/*.apk\ndist/*.whl\n"
    );
}

/// Registries take no capital letters.
#[test]
fn the_image_has_the_name_that_the_repository_gives() {
    let folder = folder(&[]);
    let outputs = folder.path().join("outputs").display().to_string();
    let name = "images.example/owner/imerr";
    let release = format!("{name}:v0.1.2,{name}:v0.1,{name}:latest");
    for (tag, tags) in [("v0.1.2", release), ("v0.1.2-rc.1", format!("{name}:v0.1.2-rc.1"))] {
        fs::write(&outputs, "").expect("the folder is writable");
        let environment = [
            ("IMAGE_NAME", "images.example/Owner/Imerr"),
            ("GITHUB_OUTPUT", &outputs),
            ("GITHUB_REF_NAME", tag),
        ];
        let script = release_step("image", "Name the image");
        let output = bash(folder.path(), &environment, &["-eo", "pipefail", "-c", &script]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let expected = format!("name={name}\nregistry=images.example\ntags={tags}\n");
        assert_eq!(read(folder.path(), "outputs"), expected);
    }
}

#[test]
fn the_release_workflow_publishes_the_archives_with_their_notes() {
    let folder = release("/bin/true");
    let folder = folder.path();
    fs::rename(folder.join("release"), folder.join("dist")).expect("the folder is ours");
    fs::write(folder.join("dist/imerr-1.2.3-x.whl"), "wheel").expect("the folder is ours");
    let version = env!("CARGO_PKG_VERSION");
    for name in [".ci", "CHANGELOG.md"] {
        symlink(format!("{ROOT}/{name}"), folder.join(name)).expect("the folder is writable");
    }
    let tag = format!("v{version}");
    let checked = run_step(folder, "dist", &tag, "Check the archives");
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    let sums = read(folder, "dist/SHA256SUMS");
    let archive = read(folder, &format!("dist/imerr-annotate-1.2.3-{TARGET}.tar.gz.sha256"));
    let wheel = sums.strip_prefix(&archive).expect("it starts with the sum of the archive");
    assert!(wheel.ends_with("  imerr-1.2.3-x.whl\n"), "{sums}");

    let name = format!("dist/imerr-annotate-1.2.3-{TARGET}.tar.gz");
    let files = format!("dist/SHA256SUMS dist/imerr-1.2.3-x.whl {name} {name}.sha256");
    let options = "--verify-tag --notes-file notes.md";
    let mut wanted = String::new();
    for (tag, options) in
        [(&tag, options.into()), (&format!("{tag}-rc.1"), format!("{options} --prerelease"))]
    {
        // `gh` is looked up relative to the folder of the step.
        let published = run_step(folder, "", tag, "Publish");
        assert!(published.status.success(), "{}", text(&published.stderr));
        wanted += &format!("release create {tag} {options} {files}\n");
        let notes = read(folder, "notes.md");
        assert!(notes.starts_with(&format!("## {version}")), "{notes}");
        assert_eq!(notes.matches("\n## ").count(), 0, "the notes are those of one version");
    }
    assert_eq!(read(folder, "gh.log"), wanted);
    let published = run_step(folder, "", "v99.0.0", "Publish");
    assert!(!published.status.success());
    assert_eq!(read(folder, "gh.log"), wanted, "without notes, nothing is published");
}

fn run_step(folder: &Path, directory: &str, tag: &str, step: &str) -> Output {
    let script = release_step("release", step);
    bash(&folder.join(directory), &[("GITHUB_REF_NAME", tag)], &["-eo", "pipefail", "-c", &script])
}

#[test]
fn the_release_workflow_fills_the_manifests() {
    let folder = folder(&[("dist/.keep", "")]);
    let folder = folder.path();
    let mut sums = String::new();
    for target in ["unknown-linux-gnu", "unknown-linux-musl", "apple-darwin"] {
        for processor in ["x86_64", "aarch64"] {
            let name = format!("imerr-annotate-1.2.3-{processor}-{target}.tar.gz");
            sums.push_str(&format!("{}  {name}\n", "5".repeat(64)));
        }
    }
    for processor in ["x86_64", "aarch64"] {
        let name = format!("imerr-annotate-1.2.3-{processor}-pc-windows-msvc.zip");
        sums.push_str(&format!("{}  {name}\n", "7".repeat(64)));
    }
    fs::write(folder.join("dist/SHA256SUMS"), sums).expect("the folder is writable");
    symlink(format!("{ROOT}/contrib"), folder.join("contrib")).expect("the folder is writable");
    let environment = [
        ("GITHUB_REF_NAME", "v1.2.3"),
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_REPOSITORY", "owner/imerr-annotate"),
    ];
    let script = release_step("release", "Fill the manifests");
    let filled = bash(folder, &environment, &["-eo", "pipefail", "-c", &script]);
    assert!(filled.status.success(), "{}", text(&filled.stderr));
    let list = "tar tzf dist/imerr-annotate-1.2.3-manifests.tar.gz | grep -v '/$' | wc -l";
    assert_eq!(text(&bash(folder, &[], &["-c", list]).stdout).trim(), "9");
    let scoop = read(folder, "manifests/scoop/imerr-annotate.json");
    let release = "https://github.com/owner/imerr-annotate/releases/download/v1.2.3/";
    assert!(scoop.contains(release) && scoop.contains(&"7".repeat(64)), "{scoop}");
}

#[test]
fn the_image_gets_the_programs_of_both_processors() {
    let folder = release("/bin/true");
    let script = "cd release; \
        for processor in x86_64 aarch64; do \
            name=imerr-annotate-1.2.3-$processor-unknown-linux-musl; \
            mkdir $name; touch $name/imerr-annotate; \
            tar czf $name.tar.gz $name; \
        done";
    assert!(bash(folder.path(), &[], &["-ec", script]).status.success());
    let unpack = format!("{ROOT}/.ci/image-context");
    let output = bash(folder.path(), &[], &[&unpack, "release", "image"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for processor in ["amd64", "arm64"] {
        assert!(folder.path().join(format!("image/{processor}/imerr-annotate")).exists());
    }
}
