package org.vitalroutes.fhir.deliver;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.client.exceptions.FhirClientConnectionException;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
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
import org.vitalroutes.fhir.wire.NoTokenException;
import org.vitalroutes.fhir.wire.WireFormat;
import org.vitalroutes.sync.RetryAfter;

/** What a failure of the FHIR server means. */
public final class FhirFailure {

  private static final Pattern HAPI_CODE = Pattern.compile("HAPI-[0-9]{4}");

  private FhirFailure() {}

  /** The meaning of the server's answer; null when the failure has another cause. */
  public static @Nullable FhirAnswer meaning(Throwable failure) {
    BaseServerResponseException answer = answer(failure);
    if (answer == null) {
      return null;
    }
    if (answer instanceof FhirClientConnectionException) {
      // The client gives it status 500, which the server never said.
      return isOfReading(answer) ? FhirAnswer.INCOMPLETE : FhirAnswer.NOT_REACHED;
    }
    return FhirAnswer.of(answer.getStatusCode());
  }

  /**
   * Whether the server applied nothing and will not: it refused the request, or was never
   * connected. A transaction is applied as a whole or not at all.
   */
  public static boolean provesNothingApplied(Throwable failure) {
    if (has(failure, ConnectException.class) || has(failure, UnknownHostException.class)) {
      return true;
    }
    FhirAnswer meaning = meaning(failure);
    return meaning != null
        && switch (meaning) {
          case NOT_REACHED, INCOMPLETE, TIMED_OUT, UNAVAILABLE -> false;
          default -> true;
        };
  }

  /**
   * The failure of a call, by a name when it is one of reading the answer: the client lets some of
   * them through as they come.
   */
  public static Exception named(Exception failure) {
    if (answer(failure) != null) {
      return failure;
    }
    if (isOfReading(failure)) {
      return new UnclassifiedServerFailureException(200, "the answer cannot be read");
    }
    return has(failure, IOException.class)
        ? new FhirClientConnectionException("the answer was cut off")
        : failure;
  }

  private static boolean isOfReading(Throwable failure) {
    return has(failure, DataFormatException.class) || has(failure, JacksonException.class);
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the server refuses what was sent, perhaps one entry of it; otherwise another try may
   * succeed.
   */
  public static boolean refuses(Throwable failure) {
    FhirAnswer meaning = meaning(failure);
    return meaning != null && meaning.isOfAnEntry();
  }

  /** Whether the server keeps a resource because another refers to it: HAPI says so with 409. */
  public static boolean saysReferredTo(Throwable failure) {
    BaseServerResponseException answer = answer(failure);
    return answer != null
        && answer.getStatusCode() == 409
        && String.valueOf(answer.getMessage()).contains("has a reference to this resource");
  }

  /**
   * Whether the server takes no resource under an id that a client chose. HAPI's
   * CapabilityStatement is the same whether it does or not.
   */
  public static boolean refusesOurIds(Throwable failure) {
    BaseServerResponseException answer = answer(failure);
    return answer != null && String.valueOf(answer.getMessage()).contains("HAPI-0959");
  }

  /** The entries that the server refused, as far as it names them. */
  public static List<String> places(Throwable failure) {
    BaseServerResponseException answer = answer(failure);
    OperationOutcome outcome = answer == null ? null : outcome(answer);
    return outcome != null
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
        switch (Objects.requireNonNull(meaning(failure))) {
          case NOT_REACHED -> notReached(failure);
          case INCOMPLETE -> "FHIR server did not take every entry";
          default -> "FHIR server answered HTTP " + answer.getStatusCode();
        });
    Set<String> codes = new TreeSet<>();
    Matcher matcher = HAPI_CODE.matcher(String.valueOf(answer.getMessage()));
    while (matcher.find()) {
      codes.add(matcher.group());
    }
    codes.forEach(code -> text.append(' ').append(code));
    OperationOutcome outcome = outcome(answer);
    if (outcome != null) {
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

  private static String notReached(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof NoTokenException) {
        return String.valueOf(cause.getMessage());
      }
    }
    return "FHIR server not reached";
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

  private static @Nullable OperationOutcome outcome(BaseServerResponseException answer) {
    return answer.getOperationOutcome() == null
        ? null
        : WireFormat.inR5(answer.getOperationOutcome(), OperationOutcome.class);
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
