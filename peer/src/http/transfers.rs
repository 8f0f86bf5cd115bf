//! Long pieces of work with files.

use api::routes;

use super::router::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .list::<routes::Transfers, _>(|a| async move { Ok(a.app.node().transfers().list()) })
        .one::<routes::SetTransfer, _>(|a| async move { a.app.node().transfers().set(&a.part, a.ask) })
        .one::<routes::EndTransfer, _>(|a| async move { a.app.node().transfers().end(&a.part) })
}
