package org.vitalroutes.operations;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Window;

/**
 * An operator's wish that the FHIR server be made equal to Withings again.
 *
 * @param kinds of data, each once
 * @param window which span
 * @param note what to remember with it
 */
public record Resync(List<DataKind> kinds, Window window, String note) {

  /**
   * Reads it from a body: {@code {"kinds": […], "from": …, "to": …, "note": …}}. Without kinds all
   * are meant, without an end the window ends now.
   *
   * @throws org.vitalroutes.accounts.ApiException when it cannot be read or the window is absurd
   */
  public static Resync of(@Nullable String body, Instant now) {
    Fields fields = Fields.of(body, Set.of("kinds", "from", "to", "note"));
    List<String> named = fields.texts("kinds");
    Set<DataKind> kinds = new LinkedHashSet<>();
    if (named == null) {
      kinds.addAll(List.of(DataKind.values()));
    } else {
      named.forEach(kind -> kinds.add(Objects.requireNonNull(Inputs.kind(kind))));
    }
    Instant from = Inputs.moment("from", fields.text("from"));
    Instant to = Inputs.moment("to", fields.text("to"));
    if (from == null) {
      throw Inputs.refused("invalid_from", "from is the day or moment that the window begins with");
    }
    Instant end = to == null ? now : to;
    if (!from.isBefore(end) || Window.isAbsurd(from, end, now)) {
      throw Inputs.refused(
          "invalid_window",
          "from is before to, not before 2008, and to is not after "
              + now.plus(Duration.ofDays(1)));
    }
    return new Resync(
        List.copyOf(kinds), new Window(from, end), Inputs.note("note", fields.text("note")));
  }

  /**
   * What was queued.
   *
   * @param account whose data
   * @param held whether it waits until the user connects again
   * @param queued what waits now; a request that waited already was widened
   * @param notQueued kinds that the user has not granted
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Receipt(
      UUID account, boolean held, List<Queued> queued, List<NotQueued> notQueued) {}

  /**
   * A sync request that waits.
   *
   * @param kind of data
   * @param priority its place in the order of service
   * @param from first moment
   * @param to last moment
   */
  public record Queued(String kind, String priority, Instant from, Instant to) {}

  /**
   * A kind that was asked for in vain.
   *
   * @param kind of data
   * @param why as the account says it too
   */
  public record NotQueued(String kind, String why) {}
}
