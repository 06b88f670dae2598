//! The CI system that runs the job, found by its environment variables.

/// A CI system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CiSystem {
    /// GitHub Actions, and what speaks its commands: Gitea and Forgejo.
    Github,
    /// GitLab CI. Its log takes no commands; findings go into a code quality report.
    Gitlab,
    /// Azure Pipelines.
    Azure,
    /// TeamCity.
    Teamcity,
}

impl CiSystem {
    /// The system of this job. `variable` returns the value of an environment variable; an empty
    /// value counts as unset.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let is_true =
            |name: &str| variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        if is_true("GITHUB_ACTIONS") {
            Some(Self::Github)
        } else if is_true("GITLAB_CI") {
            Some(Self::Gitlab)
        } else if is_true("TF_BUILD") {
            Some(Self::Azure)
        } else if is_set("TEAMCITY_VERSION") {
            Some(Self::Teamcity)
        } else {
            None
        }
    }

    /// Whether it runs commands that begin in the middle of a line of standard output.
    pub fn runs_inline_commands(self) -> bool {
        self != Self::Gitlab
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_sets_a_variable_of_its_own() {
        let rows = [
            ("GITHUB_ACTIONS", "true", Some(CiSystem::Github)),
            ("GITHUB_ACTIONS", "false", None),
            ("GITHUB_ACTIONS", "", None),
            ("GITLAB_CI", "true", Some(CiSystem::Gitlab)),
            ("TF_BUILD", "True", Some(CiSystem::Azure)),
            ("TEAMCITY_VERSION", "2025.11 (build 1)", Some(CiSystem::Teamcity)),
            ("TEAMCITY_VERSION", "", None),
            ("CI", "true", None),
        ];
        for (name, value, wanted) in rows {
            let lookup = |asked: &str| (asked == name).then(|| value.to_string());
            assert_eq!(CiSystem::detect(lookup), wanted, "{name}={value}");
        }
    }
}
