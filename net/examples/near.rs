//! Shows who is on the local network: `near SEED NAME [SECONDS]`, one line a change, and greets and dials whom it sees.

use std::time::Duration;

use net::{Bind, Config, Net, Protocol, SecretKey, Transport};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let seed: u8 = args.next().ok_or("a seed")?.parse()?;
    let name = args.next().ok_or("a name")?;
    let seconds = args.next().map_or(Ok(10), |text| text.parse())?;
    let secret = SecretKey::from_bytes(&[seed; 32]);
    let config = Config { secret, port: 0, bind: Bind::Everywhere, discovery: true, name, transport: Transport::Real };
    let began = std::time::Instant::now();
    let (net, mut incoming) = Net::start(config).await?;
    println!("{:?} {} at {:?}", began.elapsed(), net.key().short(), net.addresses());
    let mut links = Vec::new();
    tokio::spawn(async move {
        while let Some(link) = incoming.next().await {
            links.push(link);
        }
    });
    let mut near = net.watch_nearby();
    let watching = async {
        while near.changed().await.is_ok() {
            let seen = near.borrow_and_update().clone();
            println!("{:?} near: {seen:?}", began.elapsed());
            for peer in seen {
                let link = net.dial(peer.key, &[], Protocol::Meet).await;
                println!(
                    "{:?} dialled {}: {:?}",
                    began.elapsed(),
                    peer.name,
                    link.map(|link| (link.path(), link.rtt()))
                );
                for addr in peer.addrs {
                    println!(
                        "{:?} greeted {addr}: {:?}",
                        began.elapsed(),
                        net.greet(addr).await.map(|hello| hello.name)
                    );
                }
            }
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(seconds), watching).await;
    net.close().await;
    Ok(())
}
