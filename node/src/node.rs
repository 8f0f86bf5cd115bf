//! One running peer.

use std::sync::Arc;

use api::{Code, Problem};
use net::{Incoming, Net, Protocol, blobs::Blobs};
use rand_chacha::ChaCha20Rng;
use store::Store;
use tokio_util::sync::CancellationToken;

use crate::{
    area::Areas,
    chat::{self, Chat},
    clock::{Clock, Dice},
    error::{internal, store_problem},
    events::{Events, Listener},
    files::{self, Files, Serving},
    home::Keys,
    identity::{IdentityError, Me},
    join::{Door, Join},
    meet::Meet,
    people::People,
    send::Sends,
    session::{self, Sessions},
    shared::Core,
    spaces::{self, Spaces},
    tasks::Tasks,
    transfers::Transfers,
};

/// One running peer. Clones are the same peer; it runs until [`Node::stop`].
#[derive(Clone)]
pub struct Node {
    core: Arc<Core>,
    chat: Chat,
    files: Files,
    sends: Sends,
    serving: Arc<Serving>,
    meet: Meet,
    transfers: Transfers,
}

/// How a peer is started.
#[derive(Debug)]
pub struct Options {
    /// Its keys; the peer's must be that of the [`Net`].
    pub keys: Keys,
    /// What a new person is called until they say otherwise.
    pub name: String,
}

/// Why a peer does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store fails.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Keys and store do not belong together.
    #[error("the keys of this home and its store do not belong together")]
    Foreign,
    /// The network was started with another key.
    #[error("the network has another key than the peer")]
    OtherKey,
}

impl StartError {
    /// For people.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Store(error) => store_problem(error),
            Self::Foreign => Problem::new(Code::Home, self.to_string())
                .hint("restore a backup with `peer restore` into an empty home"),
            Self::OtherKey => internal(self),
        }
    }
}

impl From<IdentityError> for StartError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Store(error) => Self::Store(error),
            IdentityError::Foreign => Self::Foreign,
        }
    }
}

/// How a peer came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// [`Node::stop`] was called.
    Stopped,
    /// Others hold more of its logs than it does: it is to be started again with new keys ([`Keys::renewed`]).
    Behind,
}

impl Node {
    /// Starts a peer on the runtime of the caller.
    pub async fn start(
        (net, incoming): (Net, Incoming),
        store: Store,
        blobs: Blobs,
        clock: Arc<dyn Clock>,
        mut rng: ChaCha20Rng,
        options: Options,
    ) -> Result<Self, StartError> {
        let me = Me::establish(&store, options.keys, clock.now(), &mut rng).await?;
        if net.key().0 != me.peer.0 {
            return Err(StartError::OtherKey);
        }
        let areas = Areas::new(me.person, vec![Arc::new(spaces::Names), chat::area(), files::area()]);
        let core = Arc::new(Core {
            sessions: Sessions::new(clock.now()),
            store,
            net,
            blobs,
            clock,
            dice: Dice::new(rng),
            events: Events::new(),
            tasks: Tasks::default(),
            me,
            areas,
            joining: Default::default(),
            held: Default::default(),
            entering: Default::default(),
            behind: false.into(),
            rekey: CancellationToken::new(),
        });
        spaces::load_all(&core)?;
        let files = Files::new(core.clone());
        let chat = Chat::new(core.clone(), files.clone());
        let (sends, granted) = Sends::load(files.clone()).await?;
        let serving = Arc::new(Serving::new(core.clone(), granted));
        let meet = Meet::new(core.clone());
        let transfers = Transfers::new(core.clone(), files.clone(), chat.clone(), sends.clone());
        let node = Self { core, meet, chat, files, sends, serving, transfers };
        node.begin(incoming, options.name).await;
        Ok(node)
    }

    async fn begin(&self, incoming: Incoming, name: String) {
        let core = &self.core;
        spaces::add_self(core).await;
        if core.own_name().is_empty()
            && let Err(error) = self.call_me(&name).await
        {
            tracing::warn!(%error, "the person could not be named");
        }
        if let Err(error) = self.files.forget_previews().await {
            tracing::warn!(%error, "what was looked at before stays");
        }
        core.net.set_name(&core.own_name());
        core.tasks.spawn_until_stop(dispatch(self.clone(), incoming));
        core.tasks.spawn_until_stop(self.meet.clone().run());
        core.tasks.spawn_until_stop(spaces::keep_due(core.clone()));
        core.tasks.spawn_until_stop(spaces::keep_mended(core.clone()));
        let sessions = core.clone();
        core.tasks.spawn_until_stop(async move { Sessions::run(sessions).await });
    }

    /// Stops: sessions say goodbye, what was begun is finished, the network and the store are closed.
    pub async fn stop(&self) {
        self.core.sessions.close_all();
        self.core.tasks.stop().await;
        self.core.net.close().await;
        self.core.blobs.close().await;
        self.core.store.close();
        self.core.events.end();
    }

    /// Ends at once, and leaves what a power cut leaves: nobody is told, what was begun is not finished, network and store are
    /// not closed. Another peer may then be started on the same store. For tests of what lasts; a running peer is stopped.
    pub fn cut(&self) {
        self.core.tasks.cut();
    }

    /// Resolves when the peer stops, or has to be started again with new keys (it is to be stopped first).
    pub async fn ended(&self) -> Ended {
        tokio::select! {
            () = self.core.tasks.stopping() => Ended::Stopped,
            () = self.core.rekey.cancelled() => Ended::Behind,
        }
    }

    /// What all areas share.
    pub fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// Spaces and their members.
    pub fn spaces(&self) -> Spaces {
        Spaces::new(self.core.clone())
    }

    /// Messages.
    pub fn chat(&self) -> &Chat {
        &self.chat
    }

    /// Shared files.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Long pieces of work with files.
    pub fn transfers(&self) -> &Transfers {
        &self.transfers
    }

    /// Sending without a space.
    pub fn sends(&self) -> &Sends {
        &self.sends
    }

    /// Contacts and other people.
    pub fn people(&self) -> People {
        People::new(self.core.clone())
    }

    /// Meeting somebody by address.
    pub fn meet(&self) -> &Meet {
        &self.meet
    }

    /// Invitations and joining.
    pub fn join(&self) -> Join {
        Join::new(self.core.clone())
    }

    /// Listens to what happens from now on.
    pub fn events(&self) -> Listener {
        self.core.events.listen()
    }

    /// Says in all spaces what one wants to be called.
    pub async fn call_me(&self, name: &str) -> Result<(), spaces::SpacesError> {
        spaces::call_me(&self.core, name).await
    }
}

/// Hands links that others dialled to those who speak their protocol.
async fn dispatch(node: Node, mut incoming: Incoming) {
    let door = Arc::new(Door::new());
    while let Some(link) = incoming.next().await {
        let (node, core) = (node.clone(), node.core.clone());
        match link.protocol() {
            Protocol::Session => core.tasks.clone().spawn_until_stop(session::accept(core, link)),
            Protocol::Meet => core.tasks.spawn_until_stop(async move { node.meet.accept(link).await }),
            Protocol::Join => {
                let door = door.clone();
                core.tasks.clone().spawn_until_stop(async move { door.accept(core, link).await });
            }
            Protocol::Send => core.tasks.spawn_until_stop(node.sends.clone().accept(link)),
            Protocol::Blobs => {
                let serving = node.serving.clone();
                core.tasks.clone().spawn_until_stop(async move { core.blobs.serve(link, serving).await });
            }
        }
    }
}
