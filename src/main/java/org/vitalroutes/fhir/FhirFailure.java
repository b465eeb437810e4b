package org.vitalroutes.fhir;

import ca.uhn.fhir.rest.client.exceptions.FhirClientConnectionException;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.OperationOutcome;
import org.hl7.fhir.r5.model.StringType;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.sync.RetryAfter;

/** What a failure of the FHIR server means. */
public final class FhirFailure {

  /** Answers that stay the same however often the same is sent. */
  private static final Set<Integer> REFUSALS =
      Set.of(400, 404, 405, 406, 410, 412, 413, 415, 422, 501);

  /** Refusals that may be of one entry of a transaction; the others are of the server as such. */
  private static final Set<Integer> REFUSALS_OF_AN_ENTRY = Set.of(400, 412, 413, 422);

  private static final Pattern HAPI_CODE = Pattern.compile("HAPI-[0-9]{4}");

  private FhirFailure() {}

  /** Whether the server refuses what was sent; otherwise another try may succeed. */
  public static boolean refuses(Throwable failure) {
    BaseServerResponseException answer = answer(failure);
    return answer != null && REFUSALS.contains(answer.getStatusCode());
  }

  /** Whether the server refuses an entry, so that a smaller transaction may be taken. */
  public static boolean refusesAnEntry(Throwable failure) {
    BaseServerResponseException answer = answer(failure);
    return answer != null && REFUSALS_OF_AN_ENTRY.contains(answer.getStatusCode());
  }

  /** Where in what was sent the server found the trouble, as far as it says so. */
  public static List<String> places(Throwable failure) {
    BaseServerResponseException answer = answer(failure);
    return answer != null && answer.getOperationOutcome() instanceof OperationOutcome outcome
        ? outcome.getIssue().stream()
            .flatMap(
                issue ->
                    Stream.concat(issue.getExpression().stream(), issue.getLocation().stream()))
            .map(StringType::getValue)
            .filter(Objects::nonNull)
            .toList()
        : List.of();
  }

  /**
   * What an operator may read: status, HAPI's error codes, and where in the resource. The server's
   * own sentences may quote health data and are left out.
   */
  public static String describe(Throwable failure) {
    BaseServerResponseException answer = answer(failure);
    if (answer == null) {
      return failure.getClass().getSimpleName();
    }
    StringBuilder text = new StringBuilder();
    text.append(
        // The client gives it status 500, which the server never said.
        answer instanceof FhirClientConnectionException || answer.getStatusCode() == 0
            ? "FHIR server not reached"
            : "FHIR server answered HTTP " + answer.getStatusCode());
    Set<String> codes = new TreeSet<>();
    Matcher matcher = HAPI_CODE.matcher(String.valueOf(answer.getMessage()));
    while (matcher.find()) {
      codes.add(matcher.group());
    }
    codes.forEach(code -> text.append(' ').append(code));
    if (answer.getOperationOutcome() instanceof OperationOutcome outcome) {
      outcome.getIssue().stream()
          .limit(10)
          .forEach(
              issue -> {
                text.append("; ").append(issue.hasCode() ? issue.getCode().toCode() : "issue");
                issue
                    .getExpression()
                    .forEach(where -> text.append(" at ").append(where.getValue()));
              });
    }
    return text.toString();
  }

  /** How long the server wants us to wait, when it said so. */
  public static @Nullable Duration retryAfter(Throwable failure, Clock clock) {
    BaseServerResponseException answer = answer(failure);
    if (answer == null || !answer.hasResponseHeaders()) {
      return null;
    }
    List<String> values = answer.getResponseHeaders().get("retry-after");
    return values == null || values.isEmpty() ? null : RetryAfter.parse(values.get(0), clock);
  }

  private static @Nullable BaseServerResponseException answer(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BaseServerResponseException answer) {
        return answer;
      }
    }
    return null;
  }
}
