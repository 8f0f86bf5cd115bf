//! People.

use api::routes;

use super::router::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .list::<routes::People, _>(|a| async move { a.app.node.people().list().await })
        .one::<routes::Block, _>(|a| async move { a.app.node.people().block(&a.part, a.ask.blocked).await })
        .one::<routes::Nearby, _>(|a| async move { a.app.node.people().nearby().await })
        .one::<routes::Connect, _>(|a| async move { a.app.node.people().connect(a.ask).await })
        .list::<routes::Requests, _>(|a| async move { a.app.node.people().requests().await })
        .one::<routes::Answer, _>(|a| async move { a.app.node.people().answer(&a.part, a.ask.confirm).await })
}
