package org.vitalroutes.fhir.translate;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.hl7.fhir.r5.model.Quantity;
import org.hl7.fhir.r5.model.SampledData;
import org.vitalroutes.fhir.table.FieldTable.Field;

/** Writes a series of values as SampledData. */
final class SeriesWriter {
  private static final String UCUM = "http://unitsofmeasure.org";

  private SeriesWriter() {}

  /**
   * The values of a field and when each was measured, in seconds from a start: Withings leaves
   * minutes out, so there is no interval that all keep. Empty when none can be written; a value
   * that cannot be is counted.
   */
  static Optional<SampledData> of(
      Field field, SortedMap<Instant, BigDecimal> values, Instant start, Tally tally) {
    List<String> offsets = new ArrayList<>();
    List<String> data = new ArrayList<>();
    for (Map.Entry<Instant, BigDecimal> each : values.entrySet()) {
      if (!field.isAbsent(each.getValue())) {
        Optional<BigDecimal> value = field.value(each.getValue());
        if (value.isPresent()) {
          offsets.add(Long.toString(Duration.between(start, each.getKey()).toSeconds()));
          data.add(value.get().toPlainString());
        } else {
          tally.addField(SkipReason.IMPLAUSIBLE, field.name());
        }
      }
    }
    return data.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new SampledData()
                .setOrigin(
                    new Quantity()
                        .setValue(BigDecimal.ZERO)
                        .setUnit(field.unit().printed())
                        .setSystem(UCUM)
                        .setCode(field.unit().code()))
                .setIntervalUnit("s")
                .setDimensions(1)
                .setOffsets(String.join(" ", offsets))
                .setData(String.join(" ", data)));
  }
}
