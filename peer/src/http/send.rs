//! Sending without a space.

use api::routes;

use super::router::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .one::<routes::Send, _>(|a| async move { a.app.node().transfers().send(a.ask).await })
        .list::<routes::Sends, _>(|a| async move { a.app.node().sends().list().await })
        .one::<routes::Cancel, _>(|a| async move { a.app.node().sends().cancel(&a.part).await })
        .lines::<routes::Receive, _>(|a| async move { a.app.node().transfers().receive(a.ask).await })
}
