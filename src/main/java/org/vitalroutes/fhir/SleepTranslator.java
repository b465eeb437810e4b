package org.vitalroutes.fhir;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vitalroutes.withings.Night;
import org.vitalroutes.withings.RowPage;

/** Turns nights into one Observation each, from going to bed until getting up. */
public final class SleepTranslator {
  private final FieldTable table;
  private final Devices devices;
  private final SummaryWriter writer;

  public SleepTranslator(FieldTable table, Identifiers identifiers) {
    this.table = table;
    devices = new Devices(identifiers);
    writer = new SummaryWriter(table, identifiers, devices);
  }

  /** Never fails for what Withings sent. */
  public Translation translate(RowPage<Night> page, Subject subject) {
    Tally tally = new Tally();
    page.unreadable().forEach(part -> tally.add(SkipReason.MALFORMED));
    SortedMap<String, Night> chosen = new TreeMap<>();
    page.rows().stream()
        .sorted(comparing(Night::modified, nullsFirst(naturalOrder())))
        .forEachOrdered(
            night -> {
              if (chosen.put(Identifiers.sleepKey(night.id()), night) != null) {
                tally.add(SkipReason.DUPLICATE);
              }
            });
    SortedMap<String, Produced> found = new TreeMap<>();
    chosen.forEach((key, night) -> write(key, night, subject, found, tally));
    return Translation.of(found, tally);
  }

  private void write(
      String key, Night night, Subject subject, SortedMap<String, Produced> found, Tally tally) {
    SummaryWriter.Row row =
        new SummaryWriter.Row(
            subject,
            night.completed(),
            night.zone(),
            night.start(),
            night.end(),
            Objects.requireNonNullElse(night.modified(), night.end()),
            night.device(),
            night.values());
    writer
        .observation(key, table.observations().get(0), row, tally)
        .ifPresent(
            observation -> {
              found.put(key, new Produced(key, night.start(), observation));
              devices
                  .produced(night.device(), night.start())
                  .ifPresent(device -> found.put(device.key(), device));
            });
  }
}
