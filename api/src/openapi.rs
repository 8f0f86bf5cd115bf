//! The OpenAPI document, made from the table of routes and the types.

use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ComponentsBuilder, Content, HttpMethod, InfoBuilder, OpenApi, OpenApiBuilder, OpenApiVersion, Paths, Ref,
        RefOr, Required, ResponseBuilder, Schema,
        path::{OperationBuilder, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        schema::ArrayBuilder,
    },
};

use crate::{
    problem::Failure,
    route::{Method, PREFIX, Route, Shape, VERSION},
    routes::{self, Visitor},
    session, uploads,
};

/// The document.
pub fn document() -> OpenApi {
    let mut builder = Builder::default();
    builder.name::<Failure>();
    // Of routes that are a browser's alone, or carry bytes: docs/spec/page.md.
    builder.name::<session::Login>();
    builder.name::<session::Tab>();
    builder.name::<uploads::Uploaded>();
    routes::visit(&mut builder);
    OpenApiBuilder::new()
        .openapi(OpenApiVersion::Version32)
        .info(InfoBuilder::new().title("Peerage").version(VERSION).description(Some(ABOUT)))
        .paths(builder.paths)
        .components(Some(ComponentsBuilder::new().schemas_from_iter(builder.schemas).build()))
        .build()
}

/// The document as JSON.
pub fn json() -> Value {
    serde_json::to_value(document()).expect("an OpenAPI document is JSON")
}

const ABOUT: &str = "What a peer and the programs of its own computer say to each other: HTTP over the Unix socket \
    named in the file `socket` of the peer's home. Refusals carry `{\"error\": {code, message, why?, hint?}}`.";

#[derive(Default)]
struct Builder {
    paths: Paths,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Visitor for Builder {
    fn route<R: Route>(&mut self) {
        let name = std::any::type_name::<R>().rsplit("::").next().unwrap_or_default();
        let mut operation = OperationBuilder::new()
            .operation_id(Some(name))
            .summary(Some(R::ABOUT.trim()))
            .response("200", self.answer::<R>())
            .response("default", refusal());
        if let Some(part) = part(R::PATH) {
            let text = String::schema();
            operation = operation.parameter(parameter(part, ParameterIn::Path, text, true));
        }
        if R::METHOD.has_body() {
            self.name::<R::Ask>();
            let body = RequestBodyBuilder::new().content("application/json", Content::new(Some(reference::<R::Ask>())));
            operation = operation.request_body(Some(body.build()));
        } else {
            for (field, schema) in fields::<R::Ask>() {
                operation = operation.parameter(parameter(&field, ParameterIn::Query, schema, false));
            }
        }
        let path = format!("{PREFIX}{}", R::PATH);
        self.paths.add_path_operation(path, vec![method(R::METHOD)], operation.build());
    }
}

impl Builder {
    /// Enters a type, and those it is made of, among the named schemas.
    fn name<T: ToSchema>(&mut self) {
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
    }

    fn answer<R: Route>(&mut self) -> utoipa::openapi::Response {
        self.name::<R::Item>();
        let item = reference::<R::Item>();
        let response = ResponseBuilder::new().description(R::ABOUT.trim());
        match R::SHAPE {
            Shape::One => response.content("application/json", Content::new(Some(item))),
            Shape::List => {
                response.content("application/json", Content::new(Some(ArrayBuilder::new().items(item).build())))
            }
            Shape::Lines => response.content(
                "application/x-ndjson",
                utoipa::openapi::ContentBuilder::new().item_schema(Some(item)).build(),
            ),
        }
        .build()
    }
}

fn refusal() -> utoipa::openapi::Response {
    let content = Content::new(Some(reference::<Failure>()));
    ResponseBuilder::new().description("What went wrong.").content("application/json", content).build()
}

fn reference<T: ToSchema>() -> Ref {
    Ref::from_schema_name(T::name())
}

fn parameter(
    name: &str,
    place: ParameterIn,
    schema: RefOr<Schema>,
    required: bool,
) -> utoipa::openapi::path::Parameter {
    let required = if required { Required::True } else { Required::False };
    ParameterBuilder::new().name(name).parameter_in(place).required(required).schema(Some(schema)).build()
}

/// The name of a path's `{…}`.
fn part(path: &str) -> Option<&str> {
    Some(path.split_once('{')?.1.split_once('}')?.0)
}

/// The fields of what is asked in a query.
fn fields<T: PartialSchema>() -> Vec<(String, RefOr<Schema>)> {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object.properties.into_iter().collect(),
        _ => Vec::new(),
    }
}

fn method(method: Method) -> HttpMethod {
    match method {
        Method::Get => HttpMethod::Get,
        Method::Post => HttpMethod::Post,
        Method::Put => HttpMethod::Put,
        Method::Delete => HttpMethod::Delete,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `$ref` in the document leads somewhere.
    #[test]
    fn no_reference_dangles() {
        let document = json();
        let mut references = Vec::new();
        collect(&document, &mut references);
        assert!(references.len() > 50);
        for reference in references {
            let pointer = reference.trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
    }

    fn collect(value: &Value, references: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                references.extend(fields.get("$ref").and_then(Value::as_str).map(String::from));
                fields.values().for_each(|v| collect(v, references));
            }
            Value::Array(items) => items.iter().for_each(|v| collect(v, references)),
            _ => {}
        }
    }

    #[test]
    fn routes_appear_with_their_types() {
        let document = json();
        assert_eq!(document["openapi"], "3.2.0");
        let say = &document["paths"]["/api/v1/spaces/{space}/messages"]["post"];
        assert_eq!(say["requestBody"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Say");
        let read = &document["paths"]["/api/v1/spaces/{space}/messages"]["get"];
        let names: Vec<_> =
            read["parameters"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["space", "after", "around", "at", "before", "first", "last", "since"]);
    }

    /// No two routes share a method and a path, and no path has more than one part to fill in.
    #[test]
    fn routes_are_told_apart() {
        struct Seen(Vec<(&'static str, &'static str)>);
        impl Visitor for Seen {
            fn route<R: Route>(&mut self) {
                assert!(R::PATH.matches('{').count() <= 1, "{}", R::PATH);
                assert!(!self.0.contains(&(R::METHOD.as_str(), R::PATH)), "{}", R::PATH);
                self.0.push((R::METHOD.as_str(), R::PATH));
            }
        }
        let mut seen = Seen(Vec::new());
        routes::visit(&mut seen);
        assert!(!seen.0.is_empty());
    }

    #[test]
    fn nothing_asks_nothing() {
        assert!(fields::<crate::route::Nothing>().is_empty());
    }
}
