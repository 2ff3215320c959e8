//! The shard of a tenant: by `tenant_id = 12` or `tenant_id = $1` in WHERE. An INSERT that names no columns is
//! blocked: where its tenant stands can't be told.
use pgdog_plugin::macros;
use pgdog_plugin::pg_query::protobuf::{AExpr, ParamRef};
use pgdog_plugin::pg_query::{protobuf::a_const::Val, Node, NodeEnum};
use pgdog_plugin::prelude::*;

macros::plugin!();

#[init]
fn init() {
    println!("tenant plugin is here");
}

#[route]
fn route(context: Context) -> Route {
    let ast = context.statement().protobuf();
    let root = ast.stmts.first().and_then(|raw| node(raw.stmt.as_deref()));
    let Some(root) = root else { return Route::unknown() };
    let clause = match root {
        NodeEnum::SelectStmt(select) => &select.where_clause,
        NodeEnum::UpdateStmt(update) => &update.where_clause,
        NodeEnum::DeleteStmt(delete) => &delete.where_clause,
        NodeEnum::InsertStmt(insert) if insert.cols.is_empty() => return Route::block(),
        _ => return Route::unknown(),
    };
    let Some(tenant) = node(clause.as_deref()).and_then(|clause| tenant_in(clause, &context)) else {
        return Route::unknown();
    };
    Route::new(Shard::Direct(tenant as usize % context.shards()), ReadWrite::Unknown)
}

fn node(node: Option<&Node>) -> Option<&NodeEnum> {
    node?.node.as_ref()
}

fn tenant_in(clause: &NodeEnum, context: &Context) -> Option<u64> {
    match clause {
        NodeEnum::BoolExpr(all) => all.args.iter().find_map(|part| tenant_in(part.node.as_ref()?, context)),
        NodeEnum::AExpr(comparison) if is_tenant(comparison) => match node(comparison.rexpr.as_deref())? {
            NodeEnum::AConst(constant) => match constant.val.as_ref()? {
                Val::Ival(integer) => u64::try_from(integer.ival).ok(),
                _ => None,
            },
            NodeEnum::ParamRef(parameter) => bound(parameter, context),
            _ => None,
        },
        _ => None,
    }
}

fn is_tenant(comparison: &AExpr) -> bool {
    let Some(NodeEnum::ColumnRef(column)) = node(comparison.lexpr.as_deref()) else { return false };
    matches!(column.fields.last().and_then(|field| field.node.as_ref()),
        Some(NodeEnum::String(name)) if name.sval == "tenant_id")
}

fn bound(parameter: &ParamRef, context: &Context) -> Option<u64> {
    let index = parameter.number as usize - 1;
    let parameters = context.parameters();
    match parameters.get(index)?.decode(parameters.parameter_format(index))? {
        ParameterValue::Text(text) => text.parse().ok(),
        ParameterValue::Binary(bytes) => Some(u64::from_be_bytes(bytes.try_into().ok()?)),
    }
}
