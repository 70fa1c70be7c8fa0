#include "coordinator/store/check_rules.h"

namespace troupe::store {

const char* const kCheckViews = R"sql(
CREATE TEMP VIEW live AS SELECT * FROM main.campaign WHERE NOT deleted;
-- Results of campaigns that are there, with the generation that their cell is in now.
CREATE TEMP VIEW result_now AS
  SELECT result.*,
         coalesce((SELECT iif(last > rank, run.generation, 0) FROM main.cell_run AS run
                   WHERE run.campaign = result.campaign AND first <= rank ORDER BY first DESC LIMIT 1), 0) AS present,
         coalesce((SELECT iif(last > rank, run.cancelled, 0) FROM main.cell_run AS run
                   WHERE run.campaign = result.campaign AND first <= rank ORDER BY first DESC LIMIT 1), 0) AS cancelled
  FROM main.cell_result AS result WHERE result.campaign IN (SELECT id FROM live);
CREATE TEMP VIEW grant_now AS
  SELECT job.*,
         coalesce((SELECT iif(last > rank, run.generation, 0) FROM main.cell_run AS run
                   WHERE run.campaign = job.campaign AND first <= rank ORDER BY first DESC LIMIT 1), 0) AS present
  FROM main.job_grant AS job;
)sql";

std::span<const CheckRule> check_rules() {
  static constexpr CheckRule kRules[] = {
      {"a campaign without its manifest", "SELECT id FROM live WHERE id NOT IN (SELECT campaign FROM manifest)"},
      {"a campaign with an id that was never given",
       "SELECT id FROM campaign WHERE id > (SELECT last_campaign FROM farm)"},
      {"campaigns of the same name and revision",
       "SELECT name || '#' || revision FROM live GROUP BY name, revision HAVING count(*) > 1"},
      {"campaigns of the same submit",
       "SELECT submit_key FROM live WHERE submit_key <> '' GROUP BY submit_key HAVING count(*) > 1"},
      {"a row of a campaign that is not there",
       "SELECT 'cell_run ' || campaign FROM cell_run WHERE campaign NOT IN (SELECT id FROM live)"
       " UNION SELECT 'job_grant ' || campaign FROM job_grant WHERE campaign NOT IN (SELECT id FROM live)"
       " UNION SELECT 'retry ' || campaign FROM retry WHERE campaign NOT IN (SELECT id FROM live)"
       " UNION SELECT 'cell_result ' || campaign FROM cell_result WHERE campaign NOT IN (SELECT id FROM campaign)"},
      {"a run of cells that is none",
       "SELECT campaign || ': ' || first || ' to ' || last FROM cell_run WHERE first < 0 OR first >= last OR"
       " generation < 1"},
      {"runs of cells that overlap",
       "SELECT campaign || ': ' || first FROM (SELECT campaign, first, lag(last) OVER (PARTITION BY campaign ORDER BY"
       " first) AS before FROM cell_run) WHERE before > first"},
      {"a result of a generation that has not begun",
       "SELECT campaign || ': rank ' || rank FROM result_now WHERE generation > present"},
      {"a result of a cancelled cell",
       "SELECT campaign || ': rank ' || rank FROM result_now WHERE generation = present AND cancelled"},
      {"a result without an outcome",
       "SELECT campaign || ': rank ' || rank FROM result_now WHERE outcome NOT IN (1, 2, 3)"},
      {"a score of a cell that is not done",
       "SELECT campaign || ': rank ' || rank FROM result_now WHERE score IS NOT NULL AND outcome <> 1"},
      {"a result without a body",
       "SELECT campaign || ': rank ' || rank FROM cell_result WHERE body NOT IN (SELECT id FROM result_body)"},
      {"a body of several results", "SELECT body FROM cell_result GROUP BY body HAVING count(*) > 1"},
      {"a body of another result than names it",
       "SELECT id FROM result_body JOIN cell_result ON body = id WHERE result_body.campaign IS NOT NULL AND"
       " (result_body.campaign <> cell_result.campaign OR result_body.rank <> cell_result.rank)"},
      {"a body that nothing names",
       "SELECT id FROM result_body WHERE id NOT IN (SELECT body FROM cell_result) AND id NOT IN (SELECT body FROM"
       " body_share WHERE orphan) AND NOT (campaign IS NULL AND same IS NULL AND length(stored_result) = 0)"},
      {"a shared body that is not there",
       "SELECT id FROM result_body WHERE same IS NOT NULL AND same NOT IN (SELECT id FROM result_body WHERE same IS"
       " NULL)"},
      {"a wrong count of those who share a body",
       "SELECT coalesce(share.body, used.same) FROM (SELECT same, count(*) AS sharers FROM result_body WHERE same IS "
       "NOT"
       " NULL GROUP BY same) AS used LEFT JOIN body_share AS share ON share.body = used.same WHERE share.sharers IS NOT"
       " used.sharers UNION SELECT body FROM body_share WHERE body NOT IN (SELECT same FROM result_body WHERE same IS"
       " NOT NULL)"},
      {"a grant of another generation than the cell's",
       "SELECT campaign || ': rank ' || rank FROM grant_now WHERE generation <> present"},
      {"a grant of a finished cell",
       "SELECT job.campaign || ': rank ' || job.rank FROM grant_now AS job JOIN cell_result AS result ON"
       " result.campaign = job.campaign AND result.rank = job.rank AND result.generation = job.present"},
      {"a grant of a lease that was never given",
       "SELECT campaign || ': rank ' || rank FROM job_grant WHERE lease > (SELECT last_lease FROM farm)"},
      {"another try of a finished cell",
       "SELECT retry.campaign || ': rank ' || retry.rank FROM retry JOIN result_now AS result ON result.campaign ="
       " retry.campaign AND result.rank = retry.rank AND result.generation = result.present"},
      {"an event that says nothing",
       "SELECT id FROM event WHERE id < 1 OR kind = '' OR NOT json_valid(detail) OR json_type(detail) <> 'object'"},
      {"a fact that nobody can read", "SELECT kind || ' ' || key FROM fact WHERE NOT json_valid(json)"},
  };
  return kRules;
}

}  // namespace troupe::store
