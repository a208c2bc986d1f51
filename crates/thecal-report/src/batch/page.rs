//! The index of a batch as one page that opens offline.

use std::fmt::Write as _;

use super::{Status, StudyResult};
use crate::Headline;
use crate::csv::number;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the page shows of a study.
#[derive(Debug, Clone)]
pub struct PageRow {
    /// Key of the study.
    pub study: String,
    /// What became of it.
    pub status: Status,
    /// Why.
    pub reason: String,
    /// The headline.
    pub headline: Option<Headline>,
    /// Least tumour-cord gap before and after, mm.
    gaps_mm: [Option<f64>; 2],
    /// Its report, relative to the page.
    pub report: Option<String>,
    /// A picture of it, relative to the page.
    pub picture: Option<String>,
}

impl PageRow {
    /// The row of a result; `report` and `picture` are relative to the page.
    #[must_use]
    pub fn of(result: &StudyResult, report: Option<String>, picture: Option<String>) -> Self {
        Self {
            study: result.study.clone(),
            status: result.status,
            reason: result.reason.clone(),
            headline: result.headline,
            gaps_mm: result.gaps_mm,
            report,
            picture,
        }
    }
}

/// The page, and nothing that has to be fetched for it.
#[must_use]
pub fn page(rows: &[PageRow], version: &str) -> String {
    let mut out =
        String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    let _ = write!(out, "<title>thecal batch</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n");
    let measured = rows.iter().filter(|r| r.status == Status::Ok).count();
    let _ = writeln!(
        out,
        "<h1>thecal batch</h1>\n<p>{} studies, {measured} measured, {} not. thecal {}. Research \
         software, not a medical device.</p>",
        rows.len(),
        rows.len() - measured,
        escape(version)
    );
    counts(&mut out, rows);
    out.push_str(
        "<p><label>Show <input id=\"filter\" type=\"search\" placeholder=\"key, status, verdict\">\
         </label> <span id=\"shown\" role=\"status\"></span></p>\n<table id=\"studies\">\n\
         <caption>Studies; a heading sorts</caption>\n<thead><tr>",
    );
    let pictures = rows.iter().any(|r| r.picture.is_some());
    let heads = ["Study", "Headline", "Status", "Gap before, mm", "Gap after, mm", "Reason"];
    for head in heads {
        let numeric = if head.ends_with("mm") { " class=\"n\"" } else { "" };
        let _ =
            write!(out, "<th scope=\"col\"{numeric}><button type=\"button\">{head}</button></th>");
    }
    if pictures {
        out.push_str("<th scope=\"col\">Picture</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        one(&mut out, row, pictures);
    }
    let _ = write!(out, "</tbody>\n</table>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
    out
}

fn counts(out: &mut String, rows: &[PageRow]) {
    let order = [
        Headline::Clear,
        Headline::Marginal,
        Headline::Insufficient,
        Headline::Indeterminate,
        Headline::NotAssessable,
    ];
    out.push_str("<ul class=\"counts\">");
    for headline in order {
        let count = rows.iter().filter(|r| r.headline == Some(headline)).count();
        let word = headline.as_str();
        let _ = write!(out, "<li class=\"{word}\"><b>{count}</b> {}</li>", spoken(word));
    }
    let failed = rows.iter().filter(|r| r.headline.is_none()).count();
    let _ = writeln!(out, "<li class=\"failed\"><b>{failed}</b> without result</li></ul>");
}

fn one(out: &mut String, row: &PageRow, pictures: bool) {
    let key = escape(&row.study);
    let link = match &row.report {
        Some(report) => format!("<a href=\"{}\">{key}</a>", escape(report)),
        None => key.clone(),
    };
    let word = row.headline.map_or("failed", Headline::as_str);
    let said = row.headline.map_or("-", Headline::as_str);
    let [before, after] = row.gaps_mm.map(gap);
    let _ = write!(
        out,
        "<tr><th scope=\"row\">{link}</th><td><span class=\"v {word}\">{}</span></td><td>{}</td>\
         <td class=\"n\">{before}</td><td class=\"n\">{after}</td><td>{}</td>",
        spoken(said),
        spoken(row.status.as_str()),
        escape(&row.reason)
    );
    if pictures {
        match &row.picture {
            Some(path) => {
                let path = escape(path);
                let _ = write!(
                    out,
                    "<td><img loading=\"lazy\" width=\"160\" src=\"{path}\" alt=\"Picture of \
                     study {key}\"></td>"
                );
            }
            None => out.push_str("<td></td>"),
        }
    }
    out.push_str("</tr>\n");
}

fn gap(value: Option<f64>) -> String {
    value.map_or_else(|| number(None), |v| format!("{v:.2}"))
}

fn spoken(word: &str) -> String {
    word.replace('_', " ")
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_study_is_never_markup() {
        let result = StudyResult::failed("k", "f", Status::Unreadable, "<script>\"x\" & y");
        let page = page(&[PageRow::of(&result, None, None)], "0");
        assert!(page.contains("&lt;script&gt;&quot;x&quot; &amp; y"));
        assert_eq!(page.matches("<script>").count(), 1);
    }
}
