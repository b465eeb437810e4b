package org.vitalroutes.failure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vitalroutes.fhir.deliver.FhirAnswer;
import org.vitalroutes.sync.Outcome;
import org.vitalroutes.withings.WithingsStatus;

/** Generates docs/errors.md, the outcomes of all answers, from the enums and route files. */
final class ErrorsPage {

  private static final String HEAD =
      """
      # What becomes of an answer that is not the one hoped for

      Made of the tables that the code uses (`WithingsStatus`, `FhirAnswer`, `routes/errors.camel.yaml`); a test says when it is out of date.

      | outcome | what becomes of the sync request |
      |---|---|
      | retry | tried again later: after 1 s, then twice as long up to 15 minutes, the upper half of each step at random, or after `Retry-After` if that is longer. After 100 tries, about a day, it becomes a dead letter |
      | re-authorize | the token is refreshed and the call made once more. Refused again, the account is `reconnect_required` and its work waits for its user |
      | dead letter | put aside with its reason until a person replays or discards it |
      | hold | waits for what concerns all: a pause of the budget, or a destination that is down. That is no try |
      | skip | no failure: an entry that is not to be translated is left out and counted by reason ([mapping.md](mapping.md)) |

      **Breaker**: the answer counts as a failure of the destination as such. When half of the last ten calls ended so, nothing more is claimed, single calls find out when
      it is back, and what failed meanwhile is held ([0018](decisions/0018-a-circuit-breaker-for-each-destination.md)).
      """;

  private static final String OTHER_ANSWERS =
      """

      ## Withings: an answer that cannot be read

      | answer | outcome | breaker |
      |---|---|---|
      | none: not reached, no answer within 30 s, cut off | retry | counts |
      | HTML, nothing, half a JSON text, deeper than 1,000 levels, longer than 16 MB | retry | |
      | JSON without a `status` that is a whole number | retry | |
      | an entry that cannot be read among others | skip, counted | |
      | paging that does not advance | retry | |
      """;

  private ErrorsPage() {}

  static String of(Path errorRoutes) {
    return HEAD
        + "\n## Withings: `status` in the envelope, HTTP 200\n\n"
        + families(WithingsStatus.statuses())
        + "| any other | | "
        + outcome(WithingsStatus.of(-1))
        + " | | |\n"
        + "\n## Withings: HTTP status\n\n"
        + families(WithingsStatus.http())
        + OTHER_ANSWERS
        + "\n## FHIR server\n\n"
        + "| answer | outcome | breaker | what is done |\n|---|---|---|---|\n"
        + Stream.of(FhirAnswer.values())
            .map(
                each ->
                    cells(
                        each.answer(), each.outcome().word(), counts(each.isOutage()), each.note()))
            .collect(Collectors.joining("\n", "", "\n"))
        + "\n## By exception\n\nThe first that fits, or that is its cause, decides.\n\n"
        + "| in `errors.camel.yaml` | exceptions |\n|---|---|\n"
        + exceptions(errorRoutes);
  }

  private static String families(List<WithingsStatus.Row> rows) {
    return "| family | codes | outcome | breaker | |\n|---|---|---|---|---|\n"
        + rows.stream()
            .map(
                row ->
                    cells(
                        row.family(),
                        row.codes(),
                        outcome(row.meaning()),
                        counts(row.meaning() == WithingsStatus.DOWN),
                        row.note()))
            .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String outcome(WithingsStatus meaning) {
    Outcome outcome = meaning.outcome();
    return outcome == null ? "goes on" : outcome.word();
  }

  private static String counts(boolean outage) {
    return outage ? "counts" : "";
  }

  private static String exceptions(Path errorRoutes) {
    List<String> rows = new ArrayList<>();
    for (JsonNode entry : read(errorRoutes)) {
      JsonNode configuration = entry.path("routeConfiguration");
      if (!configuration.path("id").asText().equals("outcomes")) {
        continue;
      }
      for (JsonNode each : configuration.path("onException")) {
        List<String> names = new ArrayList<>();
        each.path("onException")
            .path("exception")
            .forEach(name -> names.add(name.asText().replaceAll(".*\\.", "")));
        rows.add(cells(each.path("onException").path("id").asText(), String.join(", ", names)));
      }
    }
    return String.join("\n", rows) + "\n";
  }

  private static JsonNode read(Path yaml) {
    try {
      return new YAMLMapper().readTree(yaml.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String cells(String... cells) {
    return ("| " + String.join(" | ", cells) + " |").replaceAll("\\|  (?=\\|)", "| ");
  }
}
