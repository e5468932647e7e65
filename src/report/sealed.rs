//! Style attributes by their checksums: a page allows those that it was written with and no others.

use crate::files::base64;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What the templates' policies say of style attributes before it is known which there are.
const NONE: &str = "style-src-attr 'none'";

/// The page with the checksums of its style attributes in its policy. Their values hold lengths and shares alone, nothing
/// that the page's escaping would have changed.
pub(super) fn sealed(page: &str) -> String {
    let values = page.split(" style=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let sums: BTreeSet<String> = values.map(|v| format!(" 'sha256-{}'", base64(&Sha256::digest(v.as_bytes())))).collect();
    if sums.is_empty() {
        return page.to_owned();
    }
    let allowed = format!("style-src-attr 'unsafe-hashes'{}", sums.into_iter().collect::<String>());
    page.replacen(NONE, &allowed, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_allowed_once_and_a_page_without_any_allows_none() {
        let page = format!("<meta content=\"{NONE}\"><i style=\"left:1%\"></i><i class=\"a\" style=\"left:1%\"></i><b style=\"top:2%\">");
        let sealed = sealed(&page);
        assert_eq!(sealed.matches("'sha256-").count(), 2, "{sealed}");
        assert!(sealed.contains("style-src-attr 'unsafe-hashes' 'sha256-") && !sealed.contains(NONE));
        assert!(sealed.contains(&format!("'sha256-{}'", base64(&Sha256::digest(b"left:1%")))));
        assert_eq!(super::sealed(NONE), NONE);
    }
}
