//! Typed values as trees: a serde serialiser whose output is [`Yaml`].

use std::borrow::Cow;
use std::fmt::Display;

use serde::ser::{self, Serialize};

use super::{Map, Yaml};

/// A typed value, such as one of `k8s-openapi`, as a tree. Its types serialise into what YAML can hold.
pub(crate) fn of<T: Serialize>(value: &T) -> Yaml {
    value.serialize(ToTree).expect("types of Kubernetes hold nothing that YAML cannot")
}

macro_rules! known {
    ($($word:literal)+) => {
        /// Words that stand in nearly every object of a cluster: a copy of each of a million of them takes longer than
        /// everything else.
        fn known(text: &str) -> Option<&'static str> {
            match text {
                $($word => Some($word),)+
                _ => None,
            }
        }
    };
}

known! {
    "app.kubernetes.io/name" "app.kubernetes.io/part-of" "app.kubernetes.io/component" "app.kubernetes.io/managed-by"
    "kubernetes.io/metadata.name" "kubernetes.io/hostname" "topology.kubernetes.io/zone" "pod-template-hash"
    "prometheus.io/scrape" "prometheus.io/port" "prometheus.io/path"
    "cpu" "memory" "ephemeral-storage" "towel" "service" "http" "tmp" "/tmp" "ALL" "TCP" "UDP" "true"
    "v1" "apps/v1" "policy/v1" "autoscaling/v2" "networking.k8s.io/v1"
    "ServiceAccount" "Deployment" "Service" "HorizontalPodAutoscaler" "PodDisruptionBudget" "NetworkPolicy"
    "RollingUpdate" "RuntimeDefault" "OnRootMismatch" "ScheduleAnyway" "ClusterIP" "AlwaysAllow" "Resource" "Utilization"
    "Percent" "Ingress" "Egress" "kube-system" "monitoring"
}

struct ToTree;

#[derive(Debug)]
pub(crate) struct Unfit(String);

impl Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

impl ser::Error for Unfit {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

type Made = Result<Yaml, Unfit>;

fn unfit(what: &str) -> Made {
    Err(Unfit(format!("{what} has no form in YAML here")))
}

impl ser::Serializer for ToTree {
    type Ok = Yaml;
    type Error = Unfit;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = ser::Impossible<Yaml, Unfit>;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = ser::Impossible<Yaml, Unfit>;

    fn serialize_bool(self, value: bool) -> Made {
        Ok(Yaml::Bool(value))
    }
    fn serialize_i8(self, value: i8) -> Made {
        Ok(Yaml::Integer(value.into()))
    }
    fn serialize_i16(self, value: i16) -> Made {
        Ok(Yaml::Integer(value.into()))
    }
    fn serialize_i32(self, value: i32) -> Made {
        Ok(Yaml::Integer(value.into()))
    }
    fn serialize_i64(self, value: i64) -> Made {
        Ok(Yaml::Integer(value))
    }
    fn serialize_u8(self, value: u8) -> Made {
        Ok(Yaml::Integer(value.into()))
    }
    fn serialize_u16(self, value: u16) -> Made {
        Ok(Yaml::Integer(value.into()))
    }
    fn serialize_u32(self, value: u32) -> Made {
        Ok(Yaml::Integer(value.into()))
    }
    fn serialize_u64(self, value: u64) -> Made {
        i64::try_from(value).map(Yaml::Integer).map_err(|_| Unfit(format!("{value} is too big")))
    }
    fn serialize_f32(self, value: f32) -> Made {
        Ok(Yaml::Number(value.into()))
    }
    fn serialize_f64(self, value: f64) -> Made {
        Ok(Yaml::Number(value))
    }
    fn serialize_char(self, value: char) -> Made {
        Ok(Yaml::Text(Cow::Owned(value.to_string())))
    }
    fn serialize_str(self, value: &str) -> Made {
        Ok(Yaml::Text(known(value).map_or_else(|| Cow::Owned(value.to_owned()), Cow::Borrowed)))
    }
    fn serialize_bytes(self, _: &[u8]) -> Made {
        unfit("a byte string")
    }
    fn serialize_none(self) -> Made {
        Ok(Yaml::Null)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Made {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Made {
        Ok(Yaml::Null)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Made {
        Ok(Yaml::Null)
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Made {
        Ok(Yaml::text(variant))
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Made {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Made {
        Ok(Map::new().with(variant, value.serialize(self)?).into())
    }
    fn serialize_seq(self, length: Option<usize>) -> Result<Items, Unfit> {
        Ok(Items(Vec::with_capacity(length.unwrap_or(0))))
    }
    fn serialize_tuple(self, length: usize) -> Result<Items, Unfit> {
        self.serialize_seq(Some(length))
    }
    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Items, Unfit> {
        self.serialize_seq(Some(length))
    }
    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unfit> {
        Err(Unfit(format!("a variant of `{name}` has no form in YAML here")))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Entries, Unfit> {
        Ok(Entries { map: Map::new(), key: None })
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Entries, Unfit> {
        self.serialize_map(None)
    }
    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unfit> {
        Err(Unfit(format!("a variant of `{name}` has no form in YAML here")))
    }
}

/// A list that is being made.
struct Items(Vec<Yaml>);

/// A mapping that is being made.
struct Entries {
    map: Map,
    key: Option<Cow<'static, str>>,
}

macro_rules! items {
    ($($interface:ident . $add:ident;)+) => {
        $(impl ser::$interface for Items {
            type Ok = Yaml;
            type Error = Unfit;
            fn $add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
                self.0.push(value.serialize(ToTree)?);
                Ok(())
            }
            fn end(self) -> Made {
                Ok(Yaml::List(self.0))
            }
        })+
    };
}

items! {
    SerializeSeq.serialize_element;
    SerializeTuple.serialize_element;
    SerializeTupleStruct.serialize_field;
}

impl ser::SerializeStruct for Entries {
    type Ok = Yaml;
    type Error = Unfit;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Unfit> {
        self.map.insert(key, value.serialize(ToTree)?);
        Ok(())
    }
    fn end(self) -> Made {
        Ok(Yaml::Map(self.map))
    }
}

impl ser::SerializeMap for Entries {
    type Ok = Yaml;
    type Error = Unfit;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unfit> {
        match key.serialize(ToTree)? {
            Yaml::Text(key) => self.key = Some(key),
            other => return Err(Unfit(format!("a key has to be text, not {other:?}"))),
        }
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        let key = self.key.take().ok_or_else(|| Unfit("a value came before its key".to_owned()))?;
        self.map.insert(key, value.serialize(ToTree)?);
        Ok(())
    }
    fn end(self) -> Made {
        Ok(Yaml::Map(self.map))
    }
}
