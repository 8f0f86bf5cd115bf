//! One blob through this crate, to be timed beside `raw_blobs`, whose commands and output these are.

use std::{error::Error, net::SocketAddr, path::Path, sync::Arc, time::Instant};

use net::{
    Bind, Config, Incoming, Key, Net, Protocol, SecretKey, Transport,
    blobs::{Blobs, ExportHow, Hash, ImportHow, Serve},
};

struct Everybody;

impl Serve for Everybody {
    fn may_have(&self, _asker: &Key, _hash: &Hash) -> bool {
        true
    }

    fn damaged(&self, hash: &Hash) {
        eprintln!("{hash} is damaged");
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["provide", dir, file] => provide(dir, file).await,
        ["fetch", dir, ip, key, port, hash, out] => {
            let addr = SocketAddr::new(ip.parse()?, port.parse()?);
            fetch(dir, addr, Key(digits(key)?), Hash(digits(hash)?), out).await
        }
        _ => Err("provide DIR FILE | fetch DIR IP KEY PORT HASH OUT".into()),
    }
}

fn digits(text: &str) -> Result<[u8; 32], Box<dyn Error>> {
    let mut bytes = [0; 32];
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2).ok_or("64 digits")?, 16)?;
    }
    Ok(bytes)
}

async fn start(seed: u8) -> Result<(Net, Incoming), Box<dyn Error>> {
    let secret = SecretKey::from_bytes(&[seed; 32]);
    let (name, transport) = (String::new(), Transport::Real);
    Ok(Net::start(Config { secret, port: 0, bind: Bind::Everywhere, discovery: false, name, transport }).await?)
}

async fn provide(dir: &str, file: &str) -> Result<(), Box<dyn Error>> {
    let blobs = Blobs::open(Path::new(dir)).await?.blobs;
    let pin = blobs.import_file(&std::path::absolute(file)?, ImportHow::Reference, |_, _| {}).await?;
    let (net, mut incoming) = start(1).await?;
    println!("{} {} {}", net.key(), net.port(), pin.hash);
    while let Some(link) = incoming.next().await {
        let blobs = blobs.clone();
        tokio::spawn(async move { blobs.serve(link, Arc::new(Everybody)).await });
    }
    Ok(())
}

async fn fetch(dir: &str, addr: SocketAddr, key: Key, hash: Hash, out: &str) -> Result<(), Box<dyn Error>> {
    let blobs = Blobs::open(Path::new(dir)).await?.blobs;
    let (net, _incoming) = start(2).await?;
    let began = Instant::now();
    let link = net.dial(key, &[addr], Protocol::Blobs).await?;
    blobs.fetch(&link, hash, &[], |_| {}).await?;
    blobs.export(hash, &std::path::absolute(out)?, ExportHow::Reference, |_, _| {}).await?;
    println!("{:.3}", began.elapsed().as_secs_f64());
    net.close().await;
    blobs.close().await;
    Ok(())
}
