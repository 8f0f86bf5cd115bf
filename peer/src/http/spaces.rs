//! Spaces, members, invitations.

use api::routes;

use super::router::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .list::<routes::Spaces, _>(|a| async move { a.app.node().spaces().list().await })
        .one::<routes::Space, _>(|a| async move { a.app.node().spaces().get(&a.part).await })
        .one::<routes::NewSpace, _>(|a| async move { a.app.node().spaces().create(a.ask).await })
        .one::<routes::Rename, _>(|a| async move { a.app.node().spaces().rename(&a.part, a.ask).await })
        .one::<routes::Leave, _>(|a| async move { a.app.node().spaces().leave(&a.part).await })
        .list::<routes::Members, _>(|a| async move { a.app.node().spaces().members(&a.part).await })
        .one::<routes::Invite, _>(|a| async move { a.app.node().join().invite(&a.part, a.ask).await })
        .list::<routes::Invitations, _>(|a| async move { a.app.node().join().invitations(a.ask).await })
        .one::<routes::Uninvite, _>(|a| async move { a.app.node().join().uninvite(&a.part).await })
        .one::<routes::Preview, _>(|a| async move { a.app.node().join().preview(a.ask).await })
        .one::<routes::Join, _>(|a| async move { a.app.node().join().join(a.ask).await })
}
