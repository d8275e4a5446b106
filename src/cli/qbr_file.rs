//! The QBR section that the console asks for: a file in our data folder.

use std::path::{Path, PathBuf};

use super::deliver;
use super::gather::{customer_of, qbr_of};
use super::qbr::last_weeks;
use super::session::usage;
use crate::config::Folders;
use crate::domain::ids::CustomerId;
use crate::domain::problem::Problem;
use crate::engine::context::Context;
use crate::report::html::html;
use crate::report::qbr_document::document;
use crate::tui::bridge::WriteQbr;

/// Longest part of a file's name that is made of the customer's.
const MAX_NAME: usize = 40;

/// What the console calls to write a customer's section.
pub(super) fn write_qbr(ctx: &Context, folders: &Folders) -> WriteQbr {
    let (ctx, folder) = (ctx.clone(), folders.qbr());
    Box::new(move |customer| {
        let (ctx, folder) = (ctx.clone(), folder.clone());
        Box::pin(async move {
            let path = write(&ctx, &folder, customer).await?;
            Ok(format!("QBR section written to {}", path.display()))
        })
    })
}

async fn write(ctx: &Context, folder: &Path, customer: CustomerId) -> Result<PathBuf, Problem> {
    let (customer, name) = customer_of(ctx, &customer.to_string()).await?;
    let today = ctx.calendar.now().date();
    let section = qbr_of(ctx, customer, &name, last_weeks(today)).await?;
    let path = folder.join(format!("{}-{customer}-{today}.html", file_name(&name)));
    deliver::whole(&path, &html(&document(&section))).map_err(|error| {
        usage(
            format!("{} cannot be written", path.display()),
            error.to_string(),
            "check the folder's permissions and the space on the disk",
        )
    })?;
    Ok(path)
}

/// The name in letters and digits that every file system takes.
fn file_name(name: &str) -> String {
    let plain = deunicode::deunicode(name).to_lowercase();
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric());
    let joined: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let joined: String = joined.join("-").chars().take(MAX_NAME).collect();
    match joined.is_empty() {
        true => "customer".to_owned(),
        false => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customers_name_makes_a_harmless_file_name() {
        for (name, file) in [
            ("Harbour Dental, P.C.", "harbour-dental-p-c"),
            ("Ørsted & Søn", "orsted-son"),
            ("../../etc/passwd", "etc-passwd"),
            ("\u{1b}[2J", "2j"),
            ("", "customer"),
        ] {
            assert_eq!(file_name(name), file);
        }
        assert_eq!(file_name(&"long ".repeat(50)).len(), MAX_NAME);
    }
}
