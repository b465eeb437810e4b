package org.vitalroutes.fhir;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vitalroutes.fhir.FieldTable.Definition;
import org.vitalroutes.withings.ActivityDay;
import org.vitalroutes.withings.RowPage;

/** Turns days of activity into Observations that each span a local day. */
public final class ActivityTranslator {
  private static final Comparator<ActivityDay> BETTER_LAST =
      comparing(ActivityDay::modified, nullsFirst(naturalOrder()))
          .thenComparing(day -> Objects.requireNonNullElse(day.device().hash(), ""));

  private final FieldTable table;
  private final Identifiers identifiers;
  private final ForeignActivity policy;
  private final Devices devices;
  private final SummaryWriter writer;

  public ActivityTranslator(FieldTable table, Identifiers identifiers, ForeignActivity policy) {
    this.table = table;
    this.identifiers = identifiers;
    this.policy = policy;
    devices = new Devices(identifiers);
    writer = new SummaryWriter(table, identifiers, devices);
  }

  /**
   * Never fails for what Withings sent.
   *
   * @param userId Withings' id of the user, part of the keys
   * @param asOf when it was fetched: a day that was not over then is preliminary
   */
  public Translation translate(
      RowPage<ActivityDay> page, Subject subject, String userId, Instant asOf) {
    Tally tally = new Tally();
    page.unreadable().forEach(part -> tally.add(SkipReason.MALFORMED));
    SortedMap<String, Produced> found = new TreeMap<>();
    List<ActivityDay> days = new ArrayList<>(page.rows());
    days.sort(BETTER_LAST);
    SortedMap<String, ActivityDay> chosen = new TreeMap<>();
    for (ActivityDay day : days) {
      if (day.external() && policy == ForeignActivity.SKIP) {
        tally.add(SkipReason.FOREIGN_ORIGIN);
      } else if (chosen.put(day.date() + suffix(day), day) != null) {
        tally.add(SkipReason.DUPLICATE);
      }
    }
    chosen.values().forEach(day -> write(day, subject, userId, asOf, found, tally));
    return Translation.of(found, tally);
  }

  private void write(
      ActivityDay day,
      Subject subject,
      String userId,
      Instant asOf,
      SortedMap<String, Produced> found,
      Tally tally) {
    Instant start = startOf(day.date(), day);
    Instant next = startOf(day.date().plusDays(1), day);
    SummaryWriter.Row row =
        new SummaryWriter.Row(
            subject,
            !asOf.isBefore(next),
            day.zone(),
            start,
            next.minusSeconds(1),
            day.modified(),
            day.device(),
            day.values());
    boolean any = false;
    for (Definition definition : table.observations()) {
      String key = Identifiers.activityKey(userId, day.date(), definition.name() + suffix(day));
      var observation = writer.observation(key, definition, row, tally);
      if (observation.isPresent()) {
        any = true;
        if (day.external()) {
          observation.get().getMeta().addTag(Origin.external(identifiers));
        }
        found.put(key, new Produced(key, start, observation.get()));
      }
    }
    if (any) {
      devices.produced(day.device(), start).ifPresent(device -> found.put(device.key(), device));
    }
  }

  private static Instant startOf(LocalDate date, ActivityDay day) {
    return date.atStartOfDay(day.zone()).toInstant();
  }

  /** Own days have none: they are what a reader expects under the date. */
  private static String suffix(ActivityDay day) {
    if (!day.external()) {
      return "";
    }
    Integer model = day.device().modelId();
    return model == null ? "-external" : "-external-" + model;
  }
}
