// C: the validity checks of the `outcomes` dataset and tables one to four, in SQL on DuckDB.
// Prints what it found as JSON, so that it can be held against what the pipeline counted.
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [file] = process.argv.slice(2);
const framework = JSON.parse(readFileSync(new URL('../../../functions/Pipeline.Core/Frameworks/performance.json', import.meta.url)));
const columns = ['client_ref', 'client_group', 'outcome', 'indicator', 'need_identified_on', 'result', 'result_on', 'reason', 'evidence_ref',
  'left_service_on', 'accommodation_before', 'accommodation_after'];
const quarter = { first: '2025-04-01', last: '2025-06-30' };
const served = ['homeless', 'complex_needs', 'young_people'];

const text = value => `'${value.replaceAll("'", "''")}'`;
const list = codes => `(${codes.map(text).join(', ')})`;
const values = rows => rows.map(row => `(${row.map(v => typeof v === 'number' ? v : text(v)).join(', ')})`).join(', ');
const code = column => `replace(replace(lower(trim(coalesce(${column}, ''))), ' ', '_'), '-', '_')`;
const date = column => `coalesce(try_strptime(nullif(trim(${column}), ''), '%Y-%m-%d'), try_strptime(nullif(trim(${column}), ''), '%d/%m/%Y'))::date`;
const given = column => `trim(coalesce(${column}, '')) <> ''`;
const personal = column => `(
  regexp_matches(regexp_replace(lower(${column}), '[_./-]', '', 'g'), '^[a-z]{2}[0-9]{6}[a-d]$')
  or regexp_matches(regexp_replace(${column}, '[_./-]', '', 'g'), '^(0[1-9][0-9]{8,9}|44[0-9]{9,10})$')
  or regexp_matches(regexp_replace(lower(${column}), '[_./-]', '', 'g'), '^[a-z]{1,2}[0-9][a-z0-9]?[0-9][a-z]{2}$')
  or regexp_matches(${column}, '(^|[^0-9])((19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](19|20)[0-9]{2})([^0-9]|$)')
  or (regexp_matches(regexp_replace(${column}, '[_./-]', '', 'g'), '^[0-9]{10}$')
    and (11 - list_sum(list_transform(range(1, 10), i -> (ascii(substr(regexp_replace(${column}, '[_./-]', '', 'g'), i::int, 1)) - 48) * (11 - i))) % 11) % 11
      = ascii(substr(regexp_replace(${column}, '[_./-]', '', 'g'), 10, 1)) - 48))`;

const connection = await (await DuckDBInstance.create(':memory:')).connect();
const run = sql => connection.run(sql);
const ask = async sql => (await connection.runAndReadAll(sql)).getRowObjectsJson();

await run(`create table needs(outcome varchar, indicator varchar)`);
await run(`insert into needs values ${values(framework.outcomes.flatMap(o => ['', ...(o.indicators ?? []).map(i => i.code)].map(i => [o.code, i])))}`);
await run(`create table levels(code varchar, achieved int, asks boolean)`);
await run(`insert into levels values ${framework.levels.map(l => `(${text(l.code)}, ${{ none: 0, part: 1, full: 2 }[l.achieved]}, ${l.reasonRequired})`).join(', ')}`);
await run(`create table reasons(code varchar, place int)`);
await run(`insert into reasons values ${values(framework.reasons.map((r, i) => [r.code, i]))}`);
await run(`create table places(code varchar, kind varchar)`);
await run(`insert into places values ${values(framework.accommodation.map(a => [a.code, a.kind]))}`);

await run(`create table file as
  select client_ref, ${code('client_group')} as client_group, ${code('outcome')} as outcome, ${code('indicator')} as indicator,
    need_identified_on as identified_text, ${date('need_identified_on')} as identified, ${code('result')} as result,
    result_on as result_on_text, ${date('result_on')} as result_on, ${code('reason')} as reason, evidence_ref,
    left_service_on as left_text, ${date('left_service_on')} as left_on, ${code('accommodation_before')} as before, ${code('accommodation_after')} as after
  from read_csv(${text(file)}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', strict_mode = true, null_padding = false,
    columns = {${columns.map(c => `'${c}': 'VARCHAR'`).join(', ')}})`);

const [broken] = await ask(`
  with known as (
    select f.*, l.achieved, l.asks, n.outcome is not null as is_need
    from file f left join levels l on l.code = f.result left join needs n on n.outcome = f.outcome and n.indicator = f.indicator)
  select
    count(*) filter (not regexp_matches(coalesce(client_ref, ''), '^[A-Za-z0-9][A-Za-z0-9_./-]{0,39}$') or ${personal('client_ref')}) as client_ref,
    count(*) filter (client_group not in ${list(served)}) as client_group,
    count(*) filter (not is_need) as need,
    count(*) filter (identified is null or identified < date '2000-01-01' or identified > date ${text(quarter.last)}) as identified,
    count(*) filter (result <> 'open' and achieved is null) as result,
    count(*) filter ((result = 'open') = (${given('result_on_text')})) as result_on_given,
    count(*) filter (${given('result_on_text')} and (result_on is null or result_on < identified or result_on > date ${text(quarter.last)})) as result_on,
    count(*) filter ((coalesce(asks, false)) <> (reason <> '')) as reason_given,
    count(*) filter (reason <> '' and reason not in (select code from reasons)) as reason,
    count(*) filter (achieved > 0 and not (${given('evidence_ref')})) as evidence_given,
    count(*) filter (${given('evidence_ref')} and (not regexp_matches(evidence_ref, '^[A-Za-z0-9][A-Za-z0-9_./-]{0,39}$') or ${personal('evidence_ref')})) as evidence,
    count(*) filter (${given('left_text')} and (left_on is null or left_on < date ${text(quarter.first)} or left_on > date ${text(quarter.last)})) as left_on,
    count(*) filter (left_on is not null and result = 'open') as open_leaver,
    count(*) filter (before <> '' and before not in (select code from places)) as before,
    count(*) filter (after <> '' and after not in (select code from places)) as after
  from known`);
const [inconsistent] = await ask(`
  select count(*) filter (min_group <> max_group) as client_group, count(*) filter (lefts > 1) as left_on, count(*) filter (min_before <> max_before) as before,
    count(*) filter (min_after <> max_after) as after, count(*) filter (left_on < latest) as left_before
  from (select client_ref, min(client_group) as min_group, max(client_group) as max_group, count(distinct coalesce(left_on, date '1900-01-01')) as lefts,
      min(before) as min_before, max(before) as max_before, min(after) as min_after, max(after) as max_after,
      max(left_on) as left_on, greatest(max(identified), max(result_on)) as latest
    from file group by client_ref)`);
const [repeated] = await ask(`select count(*) as need from (select 1 from file group by client_ref, outcome, indicator having count(*) > 1)`);

await run(`create table status as
  select client_ref, outcome, any_value(client_group) as client_group, any_value(left_on) is not null as left_service,
    case when bool_or(indicator = '') then max(achieved) filter (indicator = '')
      when bool_or(achieved = -1) then -1
      when min(achieved) = 2 then 2 when max(achieved) = 0 then 0 else 1 end as status,
    coalesce(any_value(reason) filter (indicator = ''), arg_min(reason, achieved * 1000 + place) filter (indicator <> '' and place is not null)) as reason
  from (select f.*, coalesce(l.achieved, -1) as achieved, r.place from file f left join levels l on l.code = f.result left join reasons r on r.code = f.reason)
  group by client_ref, outcome`);
const sums = `count(*) as need, count(*) filter (status = 2) as fully, count(*) filter (status = 1) as part, count(*) filter (status = 0) as not_met, count(*) filter (status = -1) as open`;
const one = await ask(`select outcome, client_group, ${sums} from status group by all order by all`);
const two = await ask(`select indicator, client_group, ${sums} from (select f.*, coalesce(l.achieved, -1) as status from file f left join levels l on l.code = f.result where indicator <> '')
  group by all order by all`);
const three = await ask(`select outcome, client_group, ${sums} from status where left_service group by all order by all`);
const four = await ask(`select outcome, reason, client_group, count(*) as clients from status where left_service and status in (0, 1) group by all order by all`);
const kpis = await ask(`select count(distinct client_ref) as moved_on from file
  where before in (select code from places where kind = 'temporary') and after in (select code from places where kind = 'settled')`);

console.log(JSON.stringify({ broken, inconsistent, repeated, one, two, three, four, kpis }));
