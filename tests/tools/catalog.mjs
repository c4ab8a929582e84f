// Judges Backstage catalogue files with Backstage's own schemas and policies, and prints one JSON object a line.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';

const require = createRequire(`${process.env.TOWEL_CATALOG}/`);
const model = require('@backstage/catalog-model');
const { parseAllDocuments } = require('yaml');

const policies = [
  new model.SchemaValidEntityPolicy(),
  new model.FieldFormatEntityPolicy(),
  new model.NoForeignRootFieldsEntityPolicy(),
];
const kinds = {
  API: model.apiEntityV1alpha1Validator,
  Component: model.componentEntityV1alpha1Validator,
  Domain: model.domainEntityV1alpha1Validator,
  Group: model.groupEntityV1alpha1Validator,
  Location: model.locationEntityV1alpha1Validator,
  Resource: model.resourceEntityV1alpha1Validator,
  System: model.systemEntityV1alpha1Validator,
  User: model.userEntityV1alpha1Validator,
};

async function judge(entity) {
  const kind = kinds[entity?.kind];
  if (!kind) throw new Error(`the kind ${entity?.kind} is not known`);
  for (const policy of policies) await policy.enforce(entity);
  if (!(await kind.check(entity))) throw new Error(`the apiVersion ${entity.apiVersion} is not known for ${entity.kind}`);
}

for (const file of process.argv.slice(2)) {
  const errors = [];
  const seen = new Set();
  for (const document of parseAllDocuments(readFileSync(file, 'utf8'), { uniqueKeys: true })) {
    errors.push(...document.errors.map(String));
    if (document.errors.length > 0) continue;
    const entity = document.toJS();
    try {
      await judge(entity);
      const name = model.stringifyEntityRef(entity);
      if (seen.has(name)) throw new Error(`${name} stands twice`);
      seen.add(name);
    } catch (error) {
      errors.push(`${entity?.kind} ${entity?.metadata?.name}: ${error.message ?? error}`);
    }
  }
  console.log(JSON.stringify({ file, errors }));
}
