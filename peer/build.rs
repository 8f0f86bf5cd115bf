//! Builds the page (web/) with npm and makes a table of its files, to be part of the program.
//!
//! Nothing is done anew unless the page's sources or its list of packages have changed. Without the feature `page` there is
//! no page, and npm is not needed.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What of web/ the page is made from.
const SOURCES: [&str; 8] = [
    "src",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "svelte.config.js",
    "tsconfig.json",
];

/// Makes a copy in brotli beside each file that becomes shorter by it. Node has it built in.
const COMPRESS: &str = r"
const { readdirSync, readFileSync, writeFileSync } = require('node:fs')
const { brotliCompressSync, constants: c } = require('node:zlib')
const { join } = require('node:path')
const folder = process.argv[1]
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue
  const path = join(entry.parentPath ?? entry.path, entry.name)
  const plain = readFileSync(path)
  const params = { [c.BROTLI_PARAM_QUALITY]: 11, [c.BROTLI_PARAM_SIZE_HINT]: plain.length }
  const short = brotliCompressSync(plain, { params })
  if (short.length < plain.length * 0.9) writeFileSync(path + '.br', short)
}
";

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where"));
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web");
    println!("cargo::rerun-if-changed=build.rs");
    let table = if env::var_os("CARGO_FEATURE_PAGE").is_some() {
        SOURCES.iter().for_each(|source| println!("cargo::rerun-if-changed={}", web.join(source).display()));
        build(&web, &out.join("page")).unwrap_or_else(|why| {
            println!("cargo::error={why}");
            println!("cargo::error=or build without the page: cargo build --no-default-features");
            std::process::exit(1);
        })
    } else {
        "&[]".into()
    };
    fs::write(out.join("assets.rs"), table).expect("cargo's folder can be written");
}

/// Builds the page into a folder; the table of its files, as Rust.
fn build(web: &Path, page: &Path) -> Result<String, String> {
    install(web)?;
    let _ = fs::remove_dir_all(page);
    let page_text = page.display().to_string();
    npm(web, &["run", "build", "--", "--outDir", &page_text, "--emptyOutDir", "--logLevel", "warn"])?;
    run(Command::new("node").current_dir(web).args(["-e", COMPRESS, &page_text]), "node")?;
    let mut files = Vec::new();
    list(page, page, &mut files).map_err(|e| format!("the built page cannot be read: {e}"))?;
    files.sort();
    let entries: String = files.iter().map(|path| entry(page, path)).collect();
    Ok(format!("&[\n{entries}]\n"))
}

/// Installs what package-lock.json names, unless that is there.
fn install(web: &Path) -> Result<(), String> {
    let lock = web.join("package-lock.json");
    let (mark, npms_own) = (web.join("node_modules/.peerage"), web.join("node_modules/.package-lock.json"));
    let wanted = fs::read(&lock).map_err(|e| format!("{}: {e}", lock.display()))?;
    let changed = |path: &Path| path.metadata().and_then(|about| about.modified()).ok();
    let by_hand = changed(&npms_own).is_some_and(|then| changed(&lock).is_some_and(|now| now <= then));
    if by_hand || fs::read(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    npm(web, &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])?;
    fs::write(&mark, wanted).map_err(|e| format!("{}: {e}", mark.display()))
}

fn npm(web: &Path, arguments: &[&str]) -> Result<(), String> {
    run(Command::new("npm").current_dir(web).args(arguments), "npm")
}

/// Runs a program to its end, silently unless it fails.
fn run(command: &mut Command, name: &str) -> Result<(), String> {
    let ran = command
        .output()
        .map_err(|e| format!("the page is built with {name} (Node.js 20.19 or newer), which does not run: {e}"))?;
    if ran.status.success() {
        return Ok(());
    }
    let told = [ran.stdout, ran.stderr].concat();
    for line in String::from_utf8_lossy(&told).lines().filter(|line| !line.trim().is_empty()) {
        println!("cargo::warning={line}");
    }
    Err(format!("the page could not be built: {name} ended with {}", ran.status))
}

fn list(root: &Path, folder: &Path, files: &mut Vec<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(root, &path, files)?;
        } else if path.extension().is_none_or(|extension| extension != "br") {
            let beneath = path.strip_prefix(root).expect("it is beneath");
            files.push(beneath.to_str().ok_or_else(|| std::io::Error::other("a name that is no text"))?.to_owned());
        }
    }
    Ok(())
}

fn entry(page: &Path, path: &str) -> String {
    let file = page.join(path);
    let short = PathBuf::from(format!("{}.br", file.display()));
    let short =
        if short.exists() { format!("Some(include_bytes!({:?}))", short.display().to_string()) } else { "None".into() };
    let plain = format!("include_bytes!({:?})", file.display().to_string());
    // The bundler puts a hash of the content into the names of what it puts there.
    let lasting = path.starts_with("assets/");
    format!(
        "    Asset {{ path: \"/{path}\", kind: {:?}, plain: {plain}, brotli: {short}, lasting: {lasting} }},\n",
        kind(path)
    )
}

fn kind(path: &str) -> &'static str {
    match Path::new(path).extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
