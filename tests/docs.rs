//! The examples of `docs/ci.md` and `docs/ci.zh-CN.md` against the binary: each is run as its CI system would run it, as
//! far as that can be done without the system.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

const CI: &str = include_str!("../docs/ci.md");
const CI_ZH: &str = include_str!("../docs/ci.zh-CN.md");
const INSTALL: &str = include_str!("../contrib/ci/install-imerr.sh");
const LOG: &str = include_str!("../fixtures/logs/demo.log");

/// What the other programs of the examples do here.
const PROGRAMS: [(&str, &str); 5] = [
    ("cargo", "echo \"$@\" > cargo.args\n"),
    ("curl", CURL),
    ("docker", DOCKER),
    ("reviewdog", "echo \"$@\" > reviewdog.args\ncat > reviewdog.stdin\n"),
    ("../test.sh", "mkdir -p build/logs\ncp demo.log build/logs/app.log\ncat demo.log\n"),
];

/// Copies the archive of `release` to the file that `--output` names.
const CURL: &str = "\
while [ $# -gt 1 ]; do
    [ \"$1\" != --output ] || output=$2
    shift
done
echo \"$1\" > curl.url
cp release/* \"$output\"
";

/// Runs the program in place of `IMAGE`.
const DOCKER: &str = "\
[ \"$1\" != logs ] || exec cat demo.log
while [ \"$1\" != IMAGE ]; do shift; done
shift
exec imerr-annotate \"$@\"
";

/// A fenced block of a document.
struct Block {
    /// The heading of the section that contains it.
    section: &'static str,
    language: &'static str,
    text: &'static str,
}

fn blocks(document: &'static str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for part in document.split("\n## ") {
        let section = part.lines().next().unwrap_or_default();
        // Every other piece is within a fence, and begins with the rest of its line.
        for fenced in part.split("```").skip(1).step_by(2) {
            let (language, text) = fenced.split_once('\n').expect("a fence ends its line");
            blocks.push(Block { section, language, text });
        }
    }
    blocks
}

/// The block of a section that is in this language, the first if there are several.
fn block(section: &str, language: &str) -> &'static str {
    let found =
        blocks(CI).into_iter().find(|block| block.section == section && block.language == language);
    found.unwrap_or_else(|| panic!("docs/ci.md has no {language} below {section}")).text
}

fn yaml(text: &str) -> Yaml {
    let mut documents =
        YamlLoader::load_from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    assert_eq!(documents.len(), 1, "one document:\n{text}");
    documents.remove(0)
}

/// What a block runs, in its order.
fn scripts(block: &Block) -> Vec<String> {
    match block.language {
        "yaml" => {
            let mut found = Vec::new();
            collect_scripts(&yaml(block.text), &mut found);
            found
        }
        "groovy" => block
            .text
            .split("sh '")
            .skip(1)
            .map(|rest| rest.split('\'').next().unwrap_or_default().to_string())
            .collect(),
        "sh" if block.text.starts_with("#!") => vec![block.text.to_string()],
        "sh" => block.text.lines().map(str::to_string).collect(),
        other => panic!("no test knows how {other} is run:\n{}", block.text),
    }
}

/// What our action for GitHub Actions runs once the program is installed.
fn action_script(inputs: &Yaml) -> String {
    let input = |name: &str, default: &str| inputs[name].as_str().unwrap_or(default).to_string();
    format!(
        "IMERR_FILES='{}' IMERR_FAIL_ON='{}' IMERR_ARGS='{}' bash {}/.github/action/annotate.sh",
        input("files", ""),
        input("fail-on", "error"),
        input("args", ""),
        env!("CARGO_MANIFEST_DIR")
    )
}

fn collect_scripts(node: &Yaml, found: &mut Vec<String>) {
    if node["uses"].as_str().is_some_and(|action| action.contains("/imerr-annotate@")) {
        found.push(action_script(&node["with"]));
        return;
    }
    let children: Vec<(Option<&str>, &Yaml)> = match node {
        Yaml::Hash(pairs) => pairs.iter().map(|(key, value)| (key.as_str(), value)).collect(),
        Yaml::Array(items) => items.iter().map(|item| (None, item)).collect(),
        _ => return,
    };
    for (key, child) in children {
        match (key, child) {
            (Some("run" | "bash" | "script"), Yaml::String(script)) => found.push(script.clone()),
            (Some("script"), Yaml::Array(lines)) => {
                // GitLab runs them in one shell.
                let lines: Vec<&str> = lines.iter().filter_map(Yaml::as_str).collect();
                found.push(lines.join("\n"));
            }
            (_, child) => collect_scripts(child, found),
        }
    }
}

const ARCHIVE: &str =
    concat!("imerr-annotate-", env!("CARGO_PKG_VERSION"), "-x86_64-unknown-linux-musl.tar.gz");

/// Puts an archive with the program into `release`, and returns its checksum.
fn release(root: &Path) -> String {
    let name = ARCHIVE.trim_end_matches(".tar.gz");
    let script = format!(
        "mkdir release {name}; cp -P bin/imerr-annotate {name}
         tar czf release/{ARCHIVE} {name}; rm -r {name}; sha256sum release/{ARCHIVE}"
    );
    let output = Command::new("bash").args(["-ec", &script]).current_dir(root).output();
    let output = output.expect("bash is there");
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).split(' ').next().unwrap_or_default().to_string()
}

/// A folder as a job finds it, with the programs that it calls.
struct Job {
    folder: tempfile::TempDir,
    environment: Vec<(&'static str, String)>,
}

impl Job {
    fn of(section: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let root = folder.path();
        fs::create_dir(root.join("bin")).expect("the folder is writable");
        symlink(env!("CARGO_BIN_EXE_imerr-annotate"), root.join("bin/imerr-annotate"))
            .expect("the folder is writable");
        for (name, script) in PROGRAMS {
            let path = root.join("bin").join(name);
            fs::write(&path, format!("#!/bin/sh\n{script}")).expect("the folder is writable");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
                .expect("the program is ours");
        }
        fs::write(root.join("demo.log"), LOG).expect("the folder is writable");
        fs::write(root.join("install-imerr.sh"), INSTALL).expect("the folder is writable");
        let mut environment = vec![
            ("PATH", format!("{}:/usr/bin:/bin", root.join("bin").display())),
            ("IMERR_GIT", "https://git.example/imerr".to_string()),
            ("IMERR_SHA256", release(root)),
        ];
        match section {
            "GitHub Actions" | "reviewdog" => {
                let summary = root.join("summary.md").display().to_string();
                let outputs = root.join("outputs").display().to_string();
                environment.extend([
                    ("GITHUB_ACTIONS", "true".to_string()),
                    ("GITHUB_OUTPUT", outputs),
                    ("RUNNER_TEMP", root.display().to_string()),
                    ("GITHUB_STEP_SUMMARY", summary),
                ]);
            }
            "GitLab CI" => environment.push(("GITLAB_CI", "true".to_string())),
            "Azure Pipelines" => environment.push(("TF_BUILD", "True".to_string())),
            "TeamCity" => environment.push(("TEAMCITY_VERSION", "2025.11".to_string())),
            _ => {}
        }
        Self { folder, environment }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a script with the logs there that the job left before.
    fn run(&self, script: &str) -> Output {
        let logs = self.path().join("build/logs");
        fs::create_dir_all(&logs).expect("the folder is writable");
        fs::write(logs.join("app.log"), LOG).expect("the folder is writable");
        self.run_as_is(script)
    }

    fn run_as_is(&self, script: &str) -> Output {
        Command::new("/bin/bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(self.path())
            .stdin(fs::File::open(self.path().join("demo.log")).map_or(Stdio::null(), Stdio::from))
            .output()
            .expect("bash is there")
    }

    /// Runs everything of a block; a gate must trip, and nothing else fail. Returns what the steps
    /// print.
    fn run_all(&self, block: &Block) -> String {
        let mut printed = String::new();
        for script in scripts(block) {
            let output = self.run(&script);
            let has_gate = script.contains("--fail-on") || script.contains("IMERR_FAIL_ON='error'");
            let trips = has_gate && !script.contains("--baseline") && !script.contains("||");
            let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
            assert_eq!(
                output.status.code(),
                Some(i32::from(trips)),
                "{}: {script}\n{stdout}\n{stderr}",
                block.section
            );
            let names_gate =
                stderr.contains("error: --fail-on") || stderr.contains("出错：--fail-on");
            assert_eq!(names_gate, trips || script.contains("||"), "{script}\n{stderr}");
            printed.push_str(&stdout);
        }
        printed
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The number of failed tests of a JUnit document.
    fn failed_tests(&self, name: &str) -> usize {
        let document = self.read(name);
        let document =
            roxmltree::Document::parse(&document).unwrap_or_else(|error| panic!("{name}: {error}"));
        document.descendants().filter(|node| node.has_tag_name("failure")).count()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The first block of a section, run in a job of its own.
fn run_first(section: &str, language: &str) -> (Job, String) {
    let block =
        blocks(CI).into_iter().find(|block| block.section == section && block.language == language);
    let block = block.unwrap_or_else(|| panic!("docs/ci.md has no {language} below {section}"));
    let job = Job::of(section);
    let printed = job.run_all(&block);
    (job, printed)
}

#[test]
fn a_missing_log_is_accepted_as_the_document_says() {
    for document in [CI, CI_ZH] {
        let blocks = blocks(document).into_iter().filter(|block| block.language == "sh");
        let scripts: Vec<String> = blocks.flat_map(|block| scripts(&block)).collect();
        let script = scripts.iter().find(|script| script.contains("find build"));
        let job = Job::of("");
        fs::create_dir(job.path().join("build")).expect("the folder is writable");
        let output = job.run_as_is(script.expect("it is there"));
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
    }
}

#[test]
fn every_example_runs_and_fails_only_where_a_gate_trips() {
    let mut commands = 0;
    for block in blocks(CI).into_iter().chain(blocks(CI_ZH)) {
        let job = Job::of(block.section);
        job.run_all(&block);
        commands +=
            scripts(&block).iter().filter(|script| script.contains("imerr-annotate -")).count();
        if scripts(&block).iter().any(|script| script.starts_with("cargo")) {
            assert_eq!(
                job.read("cargo.args"),
                "install --locked --git https://git.example/imerr imerr-annotate\n"
            );
        }
    }
    assert!(commands >= 24, "only {commands} commands were found");
}

#[test]
fn a_job_installs_the_archive_of_a_release() {
    let mut installing = Vec::new();
    let blocks = blocks(CI).into_iter().chain(blocks(CI_ZH));
    for block in blocks.filter(|block| block.text.contains("install-imerr.sh")) {
        let mut job = Job::of(block.section);
        fs::remove_file(job.path().join("bin/imerr-annotate")).expect("it is a link");
        let printed = job.run_all(&block);
        assert!(printed.contains(&format!("{ARCHIVE}: OK\n")), "{printed}");
        let version = env!("CARGO_PKG_VERSION");
        let url = format!("https://git.example/imerr/releases/download/v{version}/{ARCHIVE}\n");
        assert_eq!(job.read("curl.url"), url);
        job.environment.push(("IMERR_SHA256", "0".repeat(64)));
        let scripts = scripts(&block);
        let script = scripts.iter().find(|script| script.contains("install-imerr.sh"));
        let refused = job.run(script.expect("the block has it"));
        assert!(text(&refused.stdout).contains(&format!("{ARCHIVE}: FAILED\n")));
        assert_eq!(refused.status.code(), Some(2), "{}", block.section);
        installing.push(block.section);
    }
    let english =
        ["For all systems", "GitLab CI", "Azure Pipelines", "TeamCity", "Jenkins", "reviewdog"];
    let chinese = ["准备程序", "国内 CI 平台", "GitLab CI", "Jenkins"];
    assert_eq!(installing, [&english[..], &chinese].concat());
}

#[test]
fn a_github_step_annotates_summarizes_and_uploads() {
    let (job, printed) = run_first("GitHub Actions", "yaml");
    assert!(
        printed.contains("\n::stop-commands::")
            && printed.contains("\n::error file=build/logs/app.log,line="),
        "{printed}"
    );
    assert!(job.read("summary.md").contains("| 6206 | "), "{}", job.read("summary.md"));
    let workflow = yaml(block("GitHub Actions", "yaml"));
    let test = &workflow["jobs"]["test"];
    assert_eq!(test["permissions"]["security-events"].as_str(), Some("write"));
    let upload = test["steps"].as_vec().and_then(|steps| steps.last()).expect("the job has steps");
    assert!(
        upload["uses"]
            .as_str()
            .is_some_and(|action| action.starts_with("github/codeql-action/upload-sarif@"))
    );
    let file = upload["with"]["sarif_file"].as_str().expect("the upload names its file");
    assert!(
        upload["if"]
            .as_str()
            .is_some_and(|condition| condition.contains(&format!("hashFiles('{file}')")))
    );
    let sarif = job.json(file);
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(
        sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "build/logs/app.log"
    );
}

#[test]
fn a_gitlab_job_leaves_its_reports() {
    let (job, printed) = run_first("GitLab CI", "yaml");
    assert!(printed.contains(" [imerr 6206 ") && !printed.contains("::"), "{printed}");
    let reports = &yaml(block("GitLab CI", "yaml"))["codes"]["artifacts"]["reports"];
    let violations =
        job.json(reports["codequality"].as_str().expect("the job has a code quality report"));
    assert_eq!(violations[0]["location"]["path"], "build/logs/app.log", "{violations}");
    assert!(job.failed_tests(reports["junit"].as_str().expect("the job has a test report")) > 0);
    let last = blocks(CI)
        .into_iter()
        .rfind(|block| block.section == "GitLab CI")
        .expect("the section has examples");
    assert_eq!(yaml(last.text)["codes"]["allow_failure"]["exit_codes"].as_i64(), Some(1));
}

#[test]
fn an_azure_step_logs_issues_and_leaves_its_reports() {
    let (job, printed) = run_first("Azure Pipelines", "yaml");
    assert!(
        printed.contains("\n##vso[task.logissue type=error;sourcepath=build/logs/app.log;"),
        "{printed}"
    );
    let pipeline = yaml(block("Azure Pipelines", "yaml"));
    let steps = pipeline["steps"].as_vec().expect("the pipeline has steps");
    let publish = steps
        .iter()
        .find(|step| step["task"].as_str() == Some("PublishTestResults@2"))
        .expect("results are published");
    assert_eq!(publish["inputs"]["testResultsFormat"].as_str(), Some("JUnit"));
    assert!(
        job.failed_tests(
            publish["inputs"]["testResultsFiles"].as_str().expect("the task names its file")
        ) > 0
    );
    let summary =
        printed.split("##vso[task.uploadsummary]").nth(1).and_then(|rest| rest.lines().next());
    let summary =
        fs::read_to_string(summary.expect("a summary is uploaded")).expect("it was written");
    assert!(summary.contains("| 6206 | "), "{summary}");
}

#[test]
fn a_teamcity_step_writes_messages_and_its_report() {
    let (job, printed) = run_first("TeamCity", "sh");
    assert!(
        printed.contains("\n##teamcity[message text='6206 ERR_USER_SIG_EXPIRED x"),
        "{printed}"
    );
    let report = printed
        .split("##teamcity[importData type='junit' path='")
        .nth(1)
        .and_then(|rest| rest.split('\'').next());
    assert!(job.failed_tests(report.expect("a report is imported")) > 0);
}

#[test]
fn a_jenkins_stage_leaves_its_report() {
    let (job, _) = run_first("Jenkins", "groovy");
    let pipeline = block("Jenkins", "groovy");
    assert_eq!(pipeline.matches('{').count(), pipeline.matches('}').count());
    let report =
        pipeline.split("junit testResults: '").nth(1).and_then(|rest| rest.split('\'').next());
    assert!(job.failed_tests(report.expect("a report is published")) > 0);
}

#[test]
fn reviewdog_gets_one_object_a_line() {
    let (job, _) = run_first("reviewdog", "yaml");
    assert!(job.read("reviewdog.args").starts_with("-f=rdjsonl "));
    let records = job.read("reviewdog.stdin");
    assert!(records.lines().count() > 0);
    for record in records.lines() {
        let record: Value = serde_json::from_str(record).expect("JSON");
        assert_eq!(record["location"]["path"], "build/logs/app.log", "{record}");
    }
}

#[test]
fn a_gate_notices_that_no_log_is_there() {
    let job = Job::of("Any other");
    fs::create_dir(job.path().join("empty")).expect("the folder is writable");
    for (script, status) in [
        ("imerr-annotate --format ci --fail-on error empty/*.log", 2),
        ("imerr-annotate --format ci --fail-on error -r --glob '*.log' empty", 2),
        ("imerr-annotate --format ci --fail-on error empty/*.log || [ $? -eq 1 ]", 1),
        ("imerr-annotate --fail-on error --baseline missing.json build/logs/*.log", 2),
        ("imerr-annotate --format ci build/logs/*.log", 0),
    ] {
        let output = job.run(script);
        assert_eq!(output.status.code(), Some(status), "{script}: {}", text(&output.stderr));
    }
}
