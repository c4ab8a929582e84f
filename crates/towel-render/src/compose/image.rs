//! Images besides the product's own and its datastores', each at one version.

pub(super) const PGADMIN: &str = "dpage/pgadmin4:9.10.0";
pub(super) const MONGO_EXPRESS: &str = "mongo-express:1.0.2-20-alpine3.19";
pub(super) const ADMINER: &str = "adminer:5.3.0";
pub(super) const MAILPIT: &str = "axllent/mailpit:v1.22.3";
