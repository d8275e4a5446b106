//! The acceptance run that the console asks for, and its report: a file in our data folder.

use super::deliver;
use super::session::usage;
use crate::config::Folders;
use crate::domain::acceptance::{CheckState, Outcome};
use crate::engine::context::Context;
use crate::engine::onboard::onboard;
use crate::report::acceptance::document;
use crate::report::markdown::markdown;
use crate::tui::bridge::Accept;
use crate::tui::msg::Accepted;

/// What the console calls to make an acceptance run. The report is written when the run fails, too.
pub(super) fn accept(ctx: &Context, folders: &Folders) -> Accept {
    let (ctx, folder) = (ctx.clone(), folders.acceptance());
    Box::new(move |name, cancel| {
        let (ctx, folder) = (ctx.clone(), folder.clone());
        Box::pin(async move {
            let report = onboard(&ctx, &name, &cancel).await?;
            let at = report.at.to_string().replace(':', "");
            // A name may hold what no file's name does.
            let stem: String = name
                .as_str()
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
                .collect();
            let path = folder.join(format!("{stem}-{at}.md"));
            let text = markdown(&document(&report));
            deliver::private(&path, &text).map_err(|error| {
                usage(
                    format!("{} cannot be written", path.display()),
                    error.to_string(),
                    "check the folder's permissions and the space on the disk",
                )
            })?;
            let checks = report.checks.iter();
            let looks = checks.filter(|c| c.state == CheckState::Warning).count();
            let came_out = match report.outcome {
                Outcome::Passed => "passed".to_owned(),
                Outcome::Warnings => format!("passed, {looks} of its checks ask for a look"),
                Outcome::Quarantine => {
                    format!("passed, {} rows in quarantine", report.counts.quarantined)
                }
                Outcome::Failed => "FAILED".to_owned(),
                Outcome::Interrupted => "was interrupted".to_owned(),
            };
            Ok(Accepted {
                passed: !matches!(report.outcome, Outcome::Failed | Outcome::Interrupted),
                words: format!("acceptance of {name} {came_out}: {}", path.display()),
            })
        })
    })
}
