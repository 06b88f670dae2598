//! The CI system that runs the job, found by its environment variables.

/// A CI system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CiSystem {
    /// GitHub Actions, and Gitea and Forgejo, which run its commands.
    Github,
    /// GitLab CI. It runs no commands of a log; a code quality report shows findings.
    Gitlab,
    /// Azure Pipelines.
    Azure,
    /// TeamCity.
    Teamcity,
}

impl CiSystem {
    /// The system of this job. `variable` returns the value of an environment variable.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let flags = [
            ("GITHUB_ACTIONS", Self::Github),
            ("GITLAB_CI", Self::Gitlab),
            ("TF_BUILD", Self::Azure),
        ];
        for (name, system) in flags {
            if variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true")) {
                return Some(system);
            }
        }
        let version = variable("TEAMCITY_VERSION").unwrap_or_default();
        if version.is_empty() { None } else { Some(Self::Teamcity) }
    }

    /// Whether the system runs commands from the middle of a line of standard output.
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
