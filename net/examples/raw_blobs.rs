//! iroh-blobs as it comes, for comparison: what a sane user of the library would write, and nothing of ours.
//!
//! `raw_blobs provide DIR FILE` imports by reference, prints `KEY PORT HASH` and serves until killed;
//! `raw_blobs fetch DIR IP KEY PORT HASH OUT` fetches and exports by reference, and prints the seconds from dial to done.

use std::{error::Error, net::IpAddr, path::PathBuf, time::Instant};

use iroh::{Endpoint, EndpointAddr, RelayMode, endpoint::presets, protocol::Router};
use iroh_blobs::{
    BlobFormat, BlobsProtocol, Hash, HashAndFormat,
    api::blobs::{AddPathOptions, ExportMode, ExportOptions, ImportMode},
    store::fs::FsStore,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["provide", dir, file] => provide(dir, file).await,
        ["fetch", dir, ip, key, port, hash, out] => {
            let addr = EndpointAddr::new(key.parse()?).with_ip_addr((ip.parse::<IpAddr>()?, port.parse()?).into());
            fetch(dir, addr, hash.parse()?, out).await
        }
        _ => Err("provide DIR FILE | fetch DIR IP KEY PORT HASH OUT".into()),
    }
}

async fn endpoint() -> Result<Endpoint, Box<dyn Error>> {
    Ok(Endpoint::builder(presets::Minimal).relay_mode(RelayMode::Disabled).bind().await?)
}

async fn provide(dir: &str, file: &str) -> Result<(), Box<dyn Error>> {
    let store = FsStore::load(std::path::absolute(dir)?).await?;
    let path = std::path::absolute(file)?;
    let options = AddPathOptions { path, format: BlobFormat::Raw, mode: ImportMode::TryReference };
    let tag = store.blobs().add_path_with_opts(options).await?;
    let endpoint = endpoint().await?;
    let router = Router::builder(endpoint.clone()).accept(iroh_blobs::ALPN, BlobsProtocol::new(&store, None)).spawn();
    let port = endpoint.bound_sockets().iter().find(|addr| addr.is_ipv4()).ok_or("no IPv4 socket")?.port();
    println!("{} {port} {}", endpoint.id(), tag.hash);
    endpoint.closed().await;
    drop(router);
    Ok(())
}

async fn fetch(dir: &str, from: EndpointAddr, hash: Hash, out: &str) -> Result<(), Box<dyn Error>> {
    let store = FsStore::load(std::path::absolute(dir)?).await?;
    let endpoint = endpoint().await?;
    let target: PathBuf = std::path::absolute(out)?;
    let began = Instant::now();
    let connection = endpoint.connect(from, iroh_blobs::ALPN).await?;
    store.remote().fetch(connection, HashAndFormat::raw(hash)).complete().await?;
    store.blobs().export_with_opts(ExportOptions { hash, mode: ExportMode::TryReference, target }).finish().await?;
    println!("{:.3}", began.elapsed().as_secs_f64());
    endpoint.close().await;
    store.shutdown().await?;
    Ok(())
}
