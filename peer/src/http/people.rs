//! People.

use api::routes;
use node::error::store_problem;

use super::router::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .list::<routes::People, _>(|a| async move { a.app.node().people().list().map_err(|e| store_problem(&e)) })
        .list::<routes::Connections, _>(|a| async move {
            a.app.node().people().connections().map_err(|e| store_problem(&e))
        })
        .one::<routes::Block, _>(|a| async move { Ok(a.app.node().people().block(&a.part, a.ask.blocked).await?) })
        .one::<routes::Nearby, _>(|a| async move { Ok(a.app.node().people().nearby()) })
        .one::<routes::Connect, _>(|a| async move { Ok(a.app.node().meet().connect(&a.ask.to).await?) })
        .list::<routes::Requests, _>(|a| async move { Ok(a.app.node().meet().requests()?) })
        .one::<routes::Answer, _>(|a| async move { Ok(a.app.node().meet().answer(&a.part, a.ask.confirm).await?) })
}
