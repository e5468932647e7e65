//! The report page in a headless Chromium: it plays, it asks for nothing, everybody can use it.
//!
//! Without Chromium, its driver or (for the accessibility check) npm these tests skip themselves with a message.

mod browser;

use browser::{Browser, axe};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// As bad as a file name gets on a file system: a tag, both quotes, an entity, a percent sign.
const WILD: &str = "set \"3\" <script>alert('x')<b>&amp; 100%25";

/// The committed lift with faults, analysed once for all tests under a wild name.
fn report() -> &'static Path {
    static REPORT: OnceLock<PathBuf> = OnceLock::new();
    REPORT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("html");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let video = folder.join(format!("{WILD}.mp4"));
        std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lifts/demo_faults.mp4"), &video).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_formcheck"));
        let ran = program.arg("analyze").arg(&video).args(["--model", "full", "--out"]).arg(folder.join("out")).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        folder.join("out").join(WILD).join("report.html")
    })
}

/// Waits until the video stands where it was sent; gives the place, s.
fn settled(browser: &Browser) -> f64 {
    let script = "const done = arguments[0], v = document.getElementById('video');
        const look = () => v.readyState > 1 && !v.seeking ? done(v.currentTime) : setTimeout(look, 50);
        setTimeout(look, 50);";
    browser.later(script).as_f64().unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_str().and_then(|text| text.parse().ok()).or_else(|| value.as_f64()).unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn a_click_on_a_rep_a_flag_and_a_chart_moves_the_video() {
    let Some(browser) = Browser::start() else { return };
    browser.show_as(1280, 900, false);
    browser.open(report());
    for link in ["#rep-2 h3 a", ".flag h4 a", "#rep-1 h3 a", ".cues a"] {
        let target = number(&browser.script(&format!("return document.querySelector('{link}').dataset.t")));
        browser.click(link);
        let time = settled(&browser);
        assert!((time - target).abs() < 0.05, "{link}: {time} s instead of {target} s");
    }
    // The middle of a chart is the middle of its time.
    let span = browser.script("const p = document.querySelector('.charts .plot').dataset; return [p.from, p.to]");
    let middle = 0.5 * (number(&span[0]) + number(&span[1]));
    browser.click(".charts .plot");
    let time = settled(&browser);
    assert!((time - middle).abs() < 0.1, "chart: {time} s instead of {middle} s");
    let current = browser.script("return document.querySelectorAll('.rep.current').length").as_u64().unwrap();
    assert!(current <= 1);

    assert_eq!(browser.console(), Vec::<Value>::new());
    let outside: Vec<String> =
        browser.requests().into_iter().filter(|url| !["file:", "data:", "blob:"].iter().any(|s| url.starts_with(s))).collect();
    assert_eq!(outside, Vec::<String>::new());
    let opened = browser.script("const t = performance.timing; return t.loadEventEnd - t.navigationStart");
    let size = std::fs::metadata(report()).unwrap().len();
    println!("report.html of {} kB opens in {opened} ms", size / 1000);
}

#[test]
fn a_wild_file_name_is_text() {
    let Some(browser) = Browser::start() else { return };
    browser.open(report());
    let name = format!("{WILD}.mp4");
    assert_eq!(browser.script("return document.querySelector('.file').textContent"), json!(name));
    assert_eq!(browser.script("return document.scripts.length"), json!(1));
    assert!(browser.script("return document.title").as_str().unwrap().starts_with(&name));
    assert_eq!(browser.console(), Vec::<Value>::new());
}

#[test]
fn nothing_is_cut_off_on_a_phone_and_paper_takes_two_pages() {
    let Some(browser) = Browser::start() else { return };
    for (width, height) in [(390, 844), (320, 640), (768, 1024), (1280, 900)] {
        browser.show_as(width, height, false);
        browser.open(report());
        let wide = browser.script("return document.documentElement.scrollWidth").as_u64().unwrap();
        assert!(wide <= u64::from(width), "{wide} px of content on {width} px");
    }
    let paper = browser.chromium("Page.printToPDF", &json!({"preferCSSPageSize": true, "printBackground": true}));
    let pdf = base64(paper["data"].as_str().unwrap());
    let pages = pdf.windows(12).filter(|w| w == b"/Type /Page\n").count();
    assert_eq!(pages, 2);
}

/// The same set compared with itself, and the overview of a folder that holds it.
fn other_pages() -> [PathBuf; 2] {
    let set = report().parent().unwrap();
    let run = |arguments: &[&std::ffi::OsStr]| {
        let ran = Command::new(env!("CARGO_BIN_EXE_formcheck")).args(arguments).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    };
    let (compared, overview) = (set.parent().unwrap().join("compared"), set.parent().unwrap().with_file_name("overview"));
    let track = set.join("track.json.gz");
    run(&["score".as_ref(), track.as_ref(), "--compare".as_ref(), track.as_ref(), "--out".as_ref(), compared.as_ref()]);
    run(&["batch".as_ref(), set.as_ref(), "--out".as_ref(), overview.as_ref()]);
    [compared.join(WILD).join("compare.html"), overview.join("index.html")]
}

#[test]
fn axe_finds_nothing_in_light_and_dark() {
    let (Some(browser), Some(axe)) = (Browser::start(), axe::script()) else { return };
    let pages: Vec<PathBuf> = std::iter::once(report().to_owned()).chain(other_pages()).collect();
    for (page, dark, width) in pages.iter().flat_map(|p| [(p, false, 1280), (p, false, 390), (p, true, 1280), (p, true, 390)]) {
        browser.show_as(width, 900, dark);
        browser.open(page);
        browser.script("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
        browser.script(&axe);
        let found =
            browser.later("axe.run(document, {resultTypes: ['violations']}).then((r) => arguments[arguments.length - 1](r.violations))");
        let told: Vec<String> =
            found.as_array().unwrap().iter().map(|v| format!("{}: {} at {}", v["id"], v["help"], v["nodes"][0]["html"])).collect();
        assert!(told.is_empty(), "{}, dark {dark}, {width} px wide: {told:#?}", page.display());
    }
}

/// Bytes of base64 (RFC 4648).
fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut word, mut bits) = (vec![], 0_u32, 0);
    for digit in text.bytes().filter_map(|b| DIGITS.iter().position(|d| *d == b)) {
        word = word << 6 | digit as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((word >> bits) as u8);
            word &= (1 << bits) - 1;
        }
    }
    bytes
}
