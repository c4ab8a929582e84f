//! Short forms of what the API spells at length.

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::api::core::v1::{ConfigMapEnvSource, EnvFromSource, EnvVar, EnvVarSource, ObjectFieldSelector};
use k8s_openapi::api::core::v1::{EmptyDirVolumeSource, SecretKeySelector, Volume, VolumeMount};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use crate::quantity;

pub(super) fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

pub(super) fn texts<const N: usize>(texts: [&str; N]) -> Option<Vec<String>> {
    Some(texts.map(str::to_owned).to_vec())
}

pub(super) fn filled<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// Whole seconds as the API counts them in 32 bits.
pub(super) fn seconds(duration: Duration) -> i32 {
    i32::try_from(quantity::seconds(duration)).unwrap_or(i32::MAX)
}

pub(super) fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

pub(super) fn quantities<const N: usize>(pairs: [(&str, String); N]) -> BTreeMap<String, Quantity> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), Quantity(value))).collect()
}

pub(super) fn matching(labels: BTreeMap<String, String>) -> LabelSelector {
    LabelSelector { match_labels: Some(labels), ..LabelSelector::default() }
}

pub(super) fn value(name: &str, value: impl Into<String>) -> EnvVar {
    EnvVar { name: name.to_owned(), value: Some(value.into()), ..EnvVar::default() }
}

pub(super) fn from_secret(name: &str, secret: String, key: &str, required: bool) -> EnvVar {
    let secret_key_ref =
        Some(SecretKeySelector { name: secret, key: key.to_owned(), optional: (!required).then_some(true) });
    let source = EnvVarSource { secret_key_ref, ..EnvVarSource::default() };
    EnvVar { name: name.to_owned(), value_from: Some(source), ..EnvVar::default() }
}

pub(super) fn from_label(name: &str, label: &str) -> EnvVar {
    let field_path = format!("metadata.labels['{label}']");
    let field_ref = Some(ObjectFieldSelector { field_path, ..ObjectFieldSelector::default() });
    let source = EnvVarSource { field_ref, ..EnvVarSource::default() };
    EnvVar { name: name.to_owned(), value_from: Some(source), ..EnvVar::default() }
}

pub(super) fn from_config(name: String) -> EnvFromSource {
    EnvFromSource {
        config_map_ref: Some(ConfigMapEnvSource { name, ..ConfigMapEnvSource::default() }),
        ..EnvFromSource::default()
    }
}

/// A folder that lives as long as its pod.
pub(super) fn scratch(name: &str) -> Volume {
    Volume { name: name.to_owned(), empty_dir: Some(EmptyDirVolumeSource::default()), ..Volume::default() }
}

pub(super) fn mount(name: &str, path: &str) -> VolumeMount {
    VolumeMount { name: name.to_owned(), mount_path: path.to_owned(), ..VolumeMount::default() }
}
