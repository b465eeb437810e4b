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
 * An operator's request to synchronize an account again.
 *
 * @param kinds distinct data kinds
 * @param window the time span
 * @param note note for the audit trail
 * @param redeliver whether everything in the window is sent again, whatever the ledger says
 * @param dryRun whether it is only shown what would be queued
 */
public record Resync(
    List<DataKind> kinds, Window window, String note, boolean redeliver, boolean dryRun) {

  /**
   * Reads it from a body: {@code {"kinds": […], "from": …, "to": …, "note": …, "redeliver": …,
   * "dry_run": …}}. Without kinds, all kinds are meant; without an end, the window ends now.
   *
   * @throws org.vitalroutes.accounts.ApiException when the body or the window is invalid
   */
  public static Resync of(@Nullable String body, Instant now) {
    Fields fields = Fields.of(body, Set.of("kinds", "from", "to", "note", "redeliver", "dry_run"));
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
        List.copyOf(kinds),
        new Window(from, end),
        Inputs.note("note", fields.text("note")),
        fields.flag("redeliver"),
        fields.flag("dry_run"));
  }

  /**
   * Receipt of a resync.
   *
   * @param account the account
   * @param held whether the work waits for the user to reconnect
   * @param resources resources in the window that the FHIR server has by the ledger
   * @param queued the requests queued; a waiting request was widened
   * @param notQueued kinds whose scope the user has not granted
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Receipt(
      UUID account, boolean held, long resources, List<Queued> queued, List<NotQueued> notQueued) {}

  /**
   * A queued sync request.
   *
   * @param kind data kind
   * @param priority its place in the order of service
   * @param from first moment
   * @param to last moment
   */
  public record Queued(String kind, String priority, Instant from, Instant to) {}

  /**
   * A requested kind that was not queued.
   *
   * @param kind data kind
   * @param why the reason, as in the account's view
   */
  public record NotQueued(String kind, String why) {}
}
