package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code heart list}: an electrocardiogram, a blood pressure, or both at once.
 *
 * @param timestamp when it was recorded
 * @param zone where; UTC when not given
 * @param signalId of the electrocardiogram; null when there is none
 * @param afib Withings' classification of it; null when not given
 */
public record HeartRecording(
    Instant timestamp,
    ZoneId zone,
    @Nullable Instant modified,
    @Nullable Long signalId,
    @Nullable Integer afib,
    @Nullable BigDecimal heartRate,
    @Nullable BigDecimal systolic,
    @Nullable BigDecimal diastolic,
    RowDevice device)
    implements DetailedRow {

  /** Reads the {@code body} of a reply. */
  public static RowPage<HeartRecording> page(JsonNode body) {
    return RowPage.of(body, "series", HeartRecording::of);
  }

  private static HeartRecording of(JsonFields row) {
    JsonFields ecg = row.object("ecg");
    JsonFields pressure = row.object("bloodpressure");
    return new HeartRecording(
        row.requiredInstant("timestamp"),
        row.zoneOrUtc("timezone"),
        row.optionalInstant("modified"),
        ecg.has("signalid") ? (Long) ecg.requiredLong("signalid") : null,
        ecg.optionalInt("afib"),
        positive(row, "heart_rate"),
        positive(pressure, "systole"),
        positive(pressure, "diastole"),
        RowDevice.of(row, "model", null));
  }

  /** Zero is no reading. */
  private static @Nullable BigDecimal positive(JsonFields fields, String field) {
    BigDecimal number = fields.numbers(List.of(field)).get(field);
    return number == null || number.signum() <= 0 ? null : number;
  }

  /** When it last changed at Withings, as well as it is known. */
  public Instant changed() {
    return Objects.requireNonNullElse(modified, timestamp);
  }

  /** Says nothing: all of it is health data. */
  @Override
  public String toString() {
    return "HeartRecording";
  }
}
