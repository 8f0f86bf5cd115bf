//! Shared files.

use api::routes;

use super::router::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .lines::<routes::Share, _>(|a| async move { a.app.node().transfers().share(&a.part, a.ask).await })
        .list::<routes::Files, _>(|a| async move { a.app.node().files().list(&a.part, a.ask).await })
        .one::<routes::Holders, _>(|a| async move { a.app.node().files().holders_of(&a.part, a.ask).await })
        .lines::<routes::Get, _>(|a| async move { a.app.node().transfers().get(&a.part, a.ask).await })
        .one::<routes::Unshare, _>(|a| async move { a.app.node().files().unshare(&a.part, a.ask).await })
}
