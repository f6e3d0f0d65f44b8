// C: the validity checks of the `outcomes` dataset and tables one to four, in SQL on DuckDB, as well as we know how to write it: the file
// is scanned once into columns of ENUM and DATE types, nearly all values by a cast; an expression is tried only where a length allows for
// it; everything after that works on small numbers. As many threads as processors, which is DuckDB's default.
// Prints what it found as JSON, so that it can be held against what the pipeline counted.
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [file] = process.argv.slice(2);
const framework = JSON.parse(readFileSync(new URL('../../../functions/Pipeline.Core/Frameworks/performance.json', import.meta.url)));
const columns = ['client_ref', 'client_group', 'outcome', 'indicator', 'need_identified_on', 'result', 'result_on', 'reason', 'evidence_ref',
  'left_service_on', 'accommodation_before', 'accommodation_after'];
const quarter = { first: '2025-04-01', last: '2025-06-30' };
const served = ['homeless', 'complex_needs', 'young_people'];
const achieved = Object.fromEntries(framework.levels.map(l => [l.code, { none: 0, part: 1, full: 2 }[l.achieved]]));

const text = value => `'${value.replaceAll("'", "''")}'`;
const list = codes => `(${codes.map(text).join(', ')})`;
const values = rows => rows.map(row => `(${row.map(v => typeof v === 'number' ? v : text(v)).join(', ')})`).join(', ');
// coalesce looks at its second part only for the rows in which the first is null.
const code = (column, type) =>
  `coalesce(try_cast(${column} as ${type}), try_cast(replace(replace(lower(trim(${column})), ' ', '_'), '-', '_') as ${type}))`;
const date = column => `case when ${column} is null then null else coalesce(
  case when length(${column}) = 10 and ${column}[5] = '-' then try_cast(${column} as date) end,
  try_strptime(trim(${column}), '%Y-%m-%d')::date, try_strptime(trim(${column}), '%d/%m/%Y')::date) end`;
const given = column => `(${column} is not null and trim(${column}) <> '')`;
const reference = column => `(length(${column}) <= 40 and regexp_full_match(${column}, '[A-Za-z0-9][A-Za-z0-9_./-]*'))`;
const postcode = plain => `regexp_full_match(${plain}, '[A-Za-z]{1,2}[0-9][A-Za-z0-9]?[0-9][A-Za-z]{2}')`;
const nhsNumber = plain => `(regexp_full_match(${plain}, '[0-9]{10}') and (11 - (${[...Array(9).keys()]
  .map(i => `(ascii(${plain}[${i + 1}]) - 48) * ${10 - i}`).join(' + ')}) % 11) % 11 = ascii(${plain}[10]) - 48)`;
const plain = column => `translate(${column}, '_./-', '')`;
const personal = (column, plain) => `(case length(${plain})
      when 5 then ${postcode(plain)} when 6 then ${postcode(plain)} when 7 then ${postcode(plain)}
      when 9 then regexp_full_match(${plain}, '[A-Za-z]{2}[0-9]{6}[A-Da-d]')
      when 10 then regexp_full_match(${plain}, '0[1-9][0-9]{8}') or ${nhsNumber(plain)}
      when 11 then regexp_full_match(${plain}, '0[1-9][0-9]{9}|44[0-9]{9}')
      when 12 then regexp_full_match(${plain}, '44[0-9]{10}')
      else false end
    or case when length(${column}) - length(${plain}) >= 2 then regexp_matches(${column},
      '(^|[^0-9])((19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](19|20)[0-9]{2})([^0-9]|$)') else false end)`;

const connection = await (await DuckDBInstance.create(':memory:')).connect();
const run = sql => connection.run(sql);
const ask = async sql => (await connection.runAndReadAll(sql)).getRowObjectsJson();

const indicators = framework.outcomes.flatMap(o => (o.indicators ?? []).map(i => i.code));
await run(`create type client_group as enum ${list(served)}`);
await run(`create type outcome as enum ${list(framework.outcomes.map(o => o.code))}`);
await run(`create type indicator as enum ${list(indicators)}`);
await run(`create type result as enum ${list(['open', ...framework.levels.map(l => l.code)])}`);
await run(`create type reason as enum ${list(framework.reasons.map(r => r.code))}`);
await run(`create type place as enum ${list(framework.accommodation.map(a => a.code))}`);
await run(`create table needs(outcome outcome, indicator indicator)`);
await run(`insert into needs values ${values(framework.outcomes.flatMap(o => (o.indicators ?? []).map(i => [o.code, i.code])))}`);

// What a value is, and of what it is not only that it is given: a code or date that is not known is null.
await run(`create table file as
  select client_ref, ${code('client_group', 'client_group')} as client_group, ${code('outcome', 'outcome')} as outcome,
    ${code('indicator', 'indicator')} as indicator, ${date('need_identified_on')} as identified, ${code('result', 'result')} as result,
    ${date('result_on')} as result_on, ${code('reason', 'reason')} as reason, ${date('left_service_on')} as left_on,
    ${code('accommodation_before', 'place')} as before, ${code('accommodation_after', 'place')} as after,
    ${given('indicator')} as has_indicator, ${given('result_on')} as has_result_on, ${given('reason')} as has_reason,
    ${given('evidence_ref')} as has_evidence,
    evidence_ref is null or (${reference('evidence_ref')} and not ${personal('evidence_ref', 'evidence_plain')}) as is_evidence,
    ${given('left_service_on')} as has_left, ${given('accommodation_before')} as has_before, ${given('accommodation_after')} as has_after
  from (select *, ${plain('evidence_ref')} as evidence_plain
    from read_csv(${text(file)}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', strict_mode = true, null_padding = false,
      columns = {${columns.map(c => `'${c}': 'VARCHAR'`).join(', ')}}))`);

const level = `case result ${Object.entries(achieved).map(([l, n]) => `when ${text(l)} then ${n}`).join(' ')} end`;
const asks = `(result in ${list(framework.levels.filter(l => l.reasonRequired).map(l => l.code))})`;
const [broken] = await ask(`
  select
    count(*) filter (client_group is null) as client_group,
    count(*) filter (f.outcome is null or (has_indicator and n.outcome is null)) as need,
    count(*) filter (identified is null or identified < date '2000-01-01' or identified > date ${text(quarter.last)}) as identified,
    count(*) filter (result is null) as result,
    count(*) filter (coalesce(result = 'open', false) = has_result_on) as result_on_given,
    count(*) filter (has_result_on and (result_on is null or result_on < identified or result_on > date ${text(quarter.last)})) as result_on,
    count(*) filter (coalesce(${asks}, false) <> has_reason) as reason_given,
    count(*) filter (has_reason and reason is null) as reason,
    count(*) filter (${level} > 0 and not has_evidence) as evidence_given,
    count(*) filter (has_evidence and not is_evidence) as evidence,
    count(*) filter (has_left and (left_on is null or left_on < date ${text(quarter.first)} or left_on > date ${text(quarter.last)})) as left_on,
    count(*) filter (left_on is not null and result = 'open') as open_leaver,
    count(*) filter (has_before and before is null) as before,
    count(*) filter (has_after and after is null) as after
  from file f left join needs n on n.outcome = f.outcome and n.indicator = f.indicator`);
const [{ client_ref, ...inconsistent }] = await ask(`
  select coalesce(sum(rows) filter (client_ref is null or not ${reference('client_ref')} or ${personal('client_ref', 'client_plain')}), 0)::bigint as client_ref,
    count(*) filter (min_group <> max_group) as client_group, count(*) filter (lefts > 1) as left_on,
    count(*) filter (min_before <> max_before or befores not in (0, rows)) as before,
    count(*) filter (min_after <> max_after or afters not in (0, rows)) as after, count(*) filter (left_on < latest) as left_before
  from (select client_ref, ${plain('client_ref')} as client_plain, min(client_group) as min_group, max(client_group) as max_group,
      case when min(left_on) <> max(left_on) or count(left_on) not in (0, count(*)) then 2 else 1 end as lefts,
      min(before) as min_before, max(before) as max_before, count(before) as befores, min(after) as min_after, max(after) as max_after,
      count(after) as afters, count(*) as rows, max(left_on) as left_on, greatest(max(identified), max(result_on)) as latest
    from file group by client_ref)`);
const [repeated] = await ask(`select count(*) as need from (select 1 from file where outcome is not null and not (has_indicator and indicator is null)
    group by client_ref, outcome, indicator having count(*) > 1)`);

await run(`create table status as
  select outcome, any_value(client_group) as client_group, any_value(left_on) is not null as left_service,
    case when bool_or(indicator is null) then coalesce(max(${level}) filter (indicator is null), -1)
      when bool_or(result = 'open') then -1
      when min(${level}) = 2 then 2 when max(${level}) = 0 then 0 else 1 end as status,
    coalesce(any_value(reason) filter (indicator is null),
      arg_min(reason, ${level} * 1000 + enum_code(reason)) filter (indicator is not null and reason is not null)) as reason
  from file group by client_ref, outcome`);
const sums = `count(*) as need, count(*) filter (status = 2) as fully, count(*) filter (status = 1) as part, count(*) filter (status = 0) as not_met, count(*) filter (status = -1) as open`;
// In the order of the codes as text.
const table = (names, figures, from) => ask(`select * replace (${names.map(name => `${name}::varchar as ${name}`).join(', ')})
  from (select ${names.join(', ')}, ${figures} from ${from} group by all) order by all`);
const one = await table(['outcome', 'client_group'], sums, 'status');
const two = await table(['indicator', 'client_group'], sums,
  `(select *, coalesce(${level}, -1) as status from file where indicator is not null)`);
const three = await table(['outcome', 'client_group'], sums, 'status where left_service');
const four = await table(['outcome', 'reason', 'client_group'], 'count(*) as clients', 'status where left_service and status in (0, 1)');
const kinds = kind => list(framework.accommodation.filter(a => a.kind === kind).map(a => a.code));
const kpis = await ask(`select count(distinct client_ref) as moved_on from file where before in ${kinds('temporary')} and after in ${kinds('settled')}`);

console.log(JSON.stringify({ broken: { client_ref, ...broken }, inconsistent, repeated, one, two, three, four, kpis }));
