//! Who holds what: our own reports, and what is heard of others, for delivered marks.

use std::{collections::BTreeMap, sync::Arc};

use proto::{
    id::SpaceId,
    log::{Area, LogKey},
    session::{Holding, MAX_HOLDINGS, Report},
    sync::{Part, Spaces},
};

use super::{
    run::{End, Running},
    spread::News,
    view::{View, is_member},
};
use crate::{
    area::{After, Delivery},
    shared::Core,
};

impl Running {
    /// Notes that the partner is to be told how far we hold a log.
    pub(super) fn note_report(&mut self, space: SpaceId, log: LogKey, up_to: u64) {
        if log.log.area != Area::AUTH && is_member(&self.core, space, &self.partner.peer) {
            let place = self.unreported.entry((space, log)).or_default();
            *place = up_to.max(*place);
            self.report_soon();
        }
    }

    /// Everything of the partner's is held: says so once for the whole space.
    pub(super) fn synced(&mut self, space: SpaceId) {
        let heads = View(&self.core).heads(space, Part::Rest, None, MAX_HOLDINGS);
        let me = self.core.me.peer;
        for head in heads.iter().filter(|head| head.log.peer != me) {
            let last = head.held.iter().map(|range| range.last).max().unwrap_or(0);
            self.note_report(space, head.log, last);
        }
    }

    /// Says what was gathered.
    pub(super) fn report(&mut self) -> Result<(), End> {
        self.report_at = None;
        let mut by_space: BTreeMap<SpaceId, Vec<Holding>> = BTreeMap::new();
        for ((space, log), up_to) in std::mem::take(&mut self.unreported) {
            by_space.entry(space).or_default().push(Holding { holder: self.core.me.peer, log, up_to });
        }
        for (space, holdings) in by_space {
            self.pass_on_report(space, &holdings)?;
        }
        Ok(())
    }

    pub(super) fn pass_on_report(&mut self, space: SpaceId, holdings: &[Holding]) -> Result<(), End> {
        if !is_member(&self.core, space, &self.partner.peer) {
            return Ok(());
        }
        let page = |holdings: &[Holding]| Report { space, holdings: holdings.to_vec() };
        holdings.chunks(MAX_HOLDINGS).try_for_each(|holdings| self.send_report(page(holdings)))
    }

    /// The partner says who holds what: what is news is passed on, and of our own logs kept.
    pub(super) fn heard_report(&mut self, report: Report) -> Result<(), End> {
        let (core, space) = (self.core.clone(), report.space);
        if !is_member(&core, space, &self.partner.peer) {
            return Ok(());
        }
        let news = {
            let mut state = core.sessions.state();
            let reports = state.reports.entry(space).or_default();
            reports.heard(&report.holdings, |peer| is_member(&core, space, peer))
        };
        let ours: Vec<Holding> = news.iter().filter(|holding| holding.log.peer == core.me.peer).copied().collect();
        if !ours.is_empty() {
            core.tasks.clone().spawn(deliver(core.clone(), space, ours));
        }
        if !news.is_empty() {
            core.sessions.tell(Some(self.number), &News::Report(space, Arc::new(news)));
        }
        Ok(())
    }
}

/// Keeps how far others hold our own logs, and lets their areas mark it.
async fn deliver(core: Arc<Core>, space: SpaceId, holdings: Vec<Holding>) {
    let (areas, me, wanted) = (core.areas.clone(), core.me.peer, core.events.anybody());
    let written = core.store.write(move |tx| {
        let mut after = After::new(wanted);
        for holding in &holdings {
            let known = tx.delivered(&space, &holding.log)?;
            let before = known.iter().find(|(peer, _)| *peer == holding.holder).map_or(0, |(_, seq)| *seq);
            if !tx.put_delivered(&space, &holding.log, &holding.holder, holding.up_to)? {
                continue;
            }
            let Some(to) = tx.peer(&holding.holder)?.map(|peer| peer.person) else { continue };
            let delivery = Delivery { space, area: holding.log.log.area, author: me, to, before, upto: holding.up_to };
            areas.delivered(tx, &delivery, &mut after)?;
        }
        Ok(after.into_events(space))
    });
    match written.await {
        Ok(events) => events.into_iter().for_each(|event| core.events.tell(event)),
        Err(error) => tracing::warn!(%error, "delivered marks could not be kept"),
    }
}
