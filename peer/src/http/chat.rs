//! Messages.

use api::{
    Code, Nothing, Problem,
    chat::{MAX_SAY_MANY, Said},
    routes,
};

use super::router::{Asked, Routes};

pub fn routes(routes: Routes) -> Routes {
    routes
        .one::<routes::Say, _>(|a| async move { a.app.node().chat().say(&a.part, a.ask).await })
        .list::<routes::SayMany, _>(say_many)
        .list::<routes::Messages, _>(|a| async move { a.app.node().chat().messages(&a.part, a.ask).await })
        .one::<routes::Edit, _>(|a| async move { a.app.node().chat().edit(&a.part, a.ask).await })
        .one::<routes::Unsay, _>(|a| async move { a.app.node().chat().unsay(&a.part).await })
        .one::<routes::React, _>(|a| async move { a.app.node().chat().react(&a.part, a.ask).await })
        .list::<routes::Search, _>(|a| async move { a.app.node().chat().search(a.ask).await })
        .one::<routes::Type, _>(|a| async move { a.app.node().chat().typing(&a.part).await.map(|()| Nothing {}) })
        .lines::<routes::GetAttached, _>(|a| async move { a.app.node().transfers().get_attached(&a.part, a.ask).await })
        .one::<routes::MarkRead, _>(|a| async move { a.app.node().chat().mark_read(&a.part, a.ask).await })
}

async fn say_many(a: Asked<routes::SayMany>) -> Result<Vec<Said>, Problem> {
    if a.ask.messages.len() > MAX_SAY_MANY {
        return Err(Problem::new(Code::TooLarge, format!("at most {MAX_SAY_MANY} messages at a time")));
    }
    a.app.node().chat().say_many(&a.part, a.ask.messages).await
}
