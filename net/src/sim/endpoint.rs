//! The simulated network under the real endpoint.

use std::{
    fmt,
    io::{self, ErrorKind, IoSliceMut},
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use iroh::endpoint::transports::{CustomEndpoint, CustomSender, CustomTransport, RecvInfo, Transmit};
use iroh_base::CustomAddr;
use n0_watcher::Watchable;
use noq_udp::RecvMeta;
use tokio::time::Sleep;

use super::{
    Transport, custom_addr, socket_addr,
    world::{Arrival, Packet},
};

/// The socket of a place.
struct Socket {
    transport: Transport,
    tenant: u64,
    local: Watchable<Vec<CustomAddr>>,
    /// Until the next packet is due.
    nap: Option<Pin<Box<Sleep>>>,
}

/// Sends from a place for as long as its socket has it.
#[derive(Debug)]
struct Sender {
    transport: Transport,
    tenant: u64,
}

impl CustomTransport for Transport {
    fn bind(&self) -> io::Result<Box<dyn CustomEndpoint>> {
        let tenant = self.network.world().bind(self.addr).ok_or(ErrorKind::AddrNotAvailable)?;
        let local = Watchable::new(vec![custom_addr(self.addr)]);
        Ok(Box::new(Socket { transport: self.clone(), tenant, local, nap: None }))
    }
}

impl CustomEndpoint for Socket {
    fn watch_local_addrs(&self) -> n0_watcher::Direct<Vec<CustomAddr>> {
        self.local.watch()
    }

    fn create_sender(&self) -> Arc<dyn CustomSender> {
        Arc::new(Sender { transport: self.transport.clone(), tenant: self.tenant })
    }

    fn poll_recv(
        &mut self,
        cx: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
        metas: &mut [RecvMeta],
        infos: &mut [RecvInfo],
    ) -> Poll<io::Result<usize>> {
        let mut filled = 0;
        while filled < buffers.len() {
            let packet = match self.poll_packet(cx) {
                Poll::Ready(packet) => packet?,
                Poll::Pending if filled == 0 => return Poll::Pending,
                Poll::Pending => break,
            };
            let len = packet.bytes.len();
            let Some(buffer) = buffers[filled].get_mut(..len) else { continue };
            buffer.copy_from_slice(&packet.bytes);
            (metas[filled].len, metas[filled].stride) = (len, len);
            infos[filled] = RecvInfo::new(custom_addr(packet.from), Some(custom_addr(self.transport.addr)));
            filled += 1;
        }
        Poll::Ready(Ok(filled))
    }
}

impl Socket {
    fn poll_packet(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Packet>> {
        loop {
            let arrival = self.transport.network.world().receive(self.transport.addr, self.tenant, cx.waker());
            match arrival {
                Arrival::Packet(packet) => return Poll::Ready(Ok(packet)),
                Arrival::Evicted => return Poll::Ready(Err(ErrorKind::ConnectionAborted.into())),
                Arrival::Later(None) => return Poll::Pending,
                Arrival::Later(Some(due)) => {
                    let nap = self.nap.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(due)));
                    if nap.deadline() != due {
                        nap.as_mut().reset(due);
                    }
                    ready!(nap.as_mut().poll(cx));
                    self.nap = None;
                }
            }
        }
    }
}

impl CustomSender for Sender {
    fn is_valid_send_addr(&self, addr: &CustomAddr) -> bool {
        socket_addr(addr).is_some()
    }

    fn poll_send(
        &self,
        _cx: &mut Context<'_>,
        to: &CustomAddr,
        _from: Option<&CustomAddr>,
        transmit: &Transmit<'_>,
    ) -> Poll<io::Result<()>> {
        let to: SocketAddr = socket_addr(to).ok_or(ErrorKind::InvalidInput)?;
        let packet_bytes = transmit.segment_size.unwrap_or(transmit.contents.len()).max(1);
        let mut world = self.transport.network.world();
        if !world.is_tenant(self.transport.addr, self.tenant) {
            return Poll::Ready(Err(ErrorKind::ConnectionAborted.into()));
        }
        for packet in transmit.contents.chunks(packet_bytes) {
            world.send(self.transport.addr, to, packet);
        }
        Poll::Ready(Ok(()))
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sim::Socket({})", self.transport.addr)
    }
}
