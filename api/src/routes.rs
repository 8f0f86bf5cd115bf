//! Every route of the local API.
//!
//! `Name: METHOD "/path", asked -> answered`: one object, `-> [answered]`: an array, `=> answered`: one a line.
//! `{space}` is a space's name, id or a beginning of it, or `@NAME` for the conversation with a person; `{who}` a
//! person's name, id or a beginning of it; `{id}` an id or a beginning of it.

use crate::{
    chat, connections, event, files, folders, people,
    route::{Lines, List, Method, Nothing, One, Route, Shape},
    send, session, spaces, status, transfers, uploads,
};

macro_rules! routes {
    ($($(#[doc = $about:literal])+ $name:ident: $method:ident $path:literal, $ask:ty, $shape:ident $item:ty;)*) => {
        $(
            $(#[doc = $about])+
            #[derive(Debug, Clone, Copy)]
            pub enum $name {}

            impl Route for $name {
                const METHOD: Method = Method::$method;
                const PATH: &'static str = $path;
                const ABOUT: &'static str = concat!($($about),+);
                const SHAPE: Shape = Shape::$shape;
                type Ask = $ask;
                type Item = $item;
            }

            impl $shape for $name {}
        )*

        /// Shows every route to a visitor.
        pub fn visit(visitor: &mut impl Visitor) {
            $(visitor.route::<$name>();)*
        }
    };
}

/// Something that wants to see every route.
pub trait Visitor {
    /// Sees one.
    fn route<R: Route>(&mut self);
}

routes! {
    /// Who the peer is and how it does.
    Status: Get "/status", Nothing, One status::Status;
    /// What one gives to others so that they can connect.
    Id: Get "/id", Nothing, One status::Identity;
    /// The settings.
    Settings: Get "/settings", Nothing, One status::Settings;
    /// Changes settings: what is absent stays.
    Set: Put "/settings", status::Settings, One status::Settings;
    /// Writes an encrypted copy of the keys and spaces to a file.
    Backup: Post "/backup", status::Backup, One status::BackedUp;
    /// Stops the peer; answers before it goes.
    Stop: Post "/stop", Nothing, One Nothing;
    /// What happens, as it happens.
    Events: Get "/events", Nothing, Lines event::Event;

    /// Makes an address of the page that lets one browser in. Over the Unix socket only.
    Open: Post "/open", Nothing, One session::Opened;

    /// Contacts, and members of shared spaces.
    People: Get "/people", Nothing, List people::Person;
    /// Blocks a person, or no longer.
    Block: Put "/people/{who}/blocked", people::Block, One people::Person;
    /// Who is on the local network.
    Nearby: Get "/nearby", Nothing, One people::NearbyList;
    /// Asks somebody to be a contact; answers with the words both should see.
    Connect: Post "/connect", people::Connect, One people::Request;
    /// Who asks to be a contact, and whom one asked.
    Requests: Get "/requests", Nothing, List people::Request;
    /// Confirms or denies a request.
    Answer: Post "/requests/{who}", people::Answer, One people::Request;

    /// Every peer one knows of, and how it is reached.
    Connections: Get "/connections", Nothing, List connections::Connection;

    /// The spaces one is in.
    Spaces: Get "/spaces", Nothing, List spaces::Space;
    /// One space.
    Space: Get "/spaces/{space}", Nothing, One spaces::Space;
    /// Makes a space.
    NewSpace: Post "/spaces", spaces::NewSpace, One spaces::Entered;
    /// Gives a space another name.
    Rename: Put "/spaces/{space}/name", spaces::Rename, One spaces::Entered;
    /// Leaves a space.
    Leave: Delete "/spaces/{space}", Nothing, One spaces::Left;
    /// The members of a space.
    Members: Get "/spaces/{space}/members", Nothing, List spaces::Member;
    /// Makes an invitation.
    Invite: Post "/spaces/{space}/invitations", spaces::NewInvitation, One spaces::Invitation;
    /// The invitations to one's spaces.
    Invitations: Get "/invitations", spaces::OfSpace, List spaces::Invitation;
    /// Takes an invitation back.
    Uninvite: Delete "/invitations/{id}", Nothing, One spaces::Invitation;
    /// What a link says, before one accepts.
    Preview: Post "/join/preview", spaces::Join, One spaces::Preview;
    /// Joins by a link.
    Join: Post "/join", spaces::Join, One spaces::Entered;

    /// Writes a message.
    Say: Post "/spaces/{space}/messages", chat::Say, One chat::Said;
    /// Writes several messages, in order.
    SayMany: Post "/spaces/{space}/messages/many", chat::SayMany, List chat::Said;
    /// Messages, oldest first.
    Messages: Get "/spaces/{space}/messages", chat::Read, List chat::Message;
    /// Changes a message of one's own.
    Edit: Put "/messages/{id}", chat::Edit, One chat::Message;
    /// Takes a message of one's own back.
    Unsay: Delete "/messages/{id}", Nothing, One chat::Message;
    /// Gives a reaction or takes it back.
    React: Put "/messages/{id}/reactions", chat::React, One chat::Message;
    /// Searches messages, newest first.
    Search: Get "/search", chat::Search, List chat::Message;
    /// Marks messages as read.
    MarkRead: Put "/spaces/{space}/read", chat::MarkRead, One chat::Marked;
    /// Tells the members of a space that one is writing; said again while one goes on, no oftener than every 3 seconds.
    Type: Put "/spaces/{space}/typing", Nothing, One Nothing;
    /// Fetches what is attached to a message into a folder.
    GetAttached: Post "/messages/{id}/attachments", chat::GetAttached, Lines files::Progress;

    /// Shares files and folders of this computer.
    Share: Post "/spaces/{space}/files", files::Share, Lines files::Progress;
    /// The files of a space, by path.
    Files: Get "/spaces/{space}/files", files::ListFiles, List files::File;
    /// Fetches files of a space into a folder.
    Get: Post "/spaces/{space}/files/get", files::Get, Lines files::Progress;
    /// Shares files no longer.
    Unshare: Post "/spaces/{space}/files/unshare", files::Unshare, One files::Unshared;

    /// Who has how much of a file.
    Holders: Get "/spaces/{space}/files/holders", files::ListHolders, One files::Holders;

    /// Long pieces of work with files: those under way first, then the latest.
    Transfers: Get "/transfers", Nothing, List transfers::Transfer;
    /// Stops a transfer for now, or takes it up again.
    SetTransfer: Put "/transfers/{id}", transfers::SetTransfer, One transfers::Transfer;
    /// Ends a transfer and forgets it. What has come stays.
    EndTransfer: Delete "/transfers/{id}", Nothing, One transfers::Transfer;

    /// Makes a folder that a browser may put files into.
    NewUpload: Post "/uploads", Nothing, One uploads::Upload;
    /// Deletes an upload and what is in it.
    EndUpload: Delete "/uploads/{id}", Nothing, One Nothing;
    /// The folders in a folder of this computer.
    Folders: Get "/folders", folders::ListFolders, One folders::Folders;

    /// Offers files and folders by a code, with no space.
    Send: Post "/sends", send::NewSend, One send::Offer;
    /// What is offered.
    Sends: Get "/sends", Nothing, List send::Offer;
    /// Offers something no longer.
    Cancel: Delete "/sends/{id}", Nothing, One send::Offer;
    /// Fetches what a code offers into a folder.
    Receive: Post "/receive", send::Receive, Lines files::Progress;
}
