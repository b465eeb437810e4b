package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code heart list}: an electrocardiogram, a blood pressure, or both at once.
 *
 * @param timestamp when it was recorded
 * @param zone where it was recorded; UTC when not given
 * @param signalId of the electrocardiogram; null when there is none
 * @param afib Withings' classification of it; null when not given
 * @param external whether it came from another maker's device or app, by way of Withings
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
    boolean external,
    RowDevice device)
    implements DetailedRow {

  /** Reads the {@code body} of a reply for an account whose zone is unknown. */
  public static RowPage<HeartRecording> page(JsonNode body) {
    return page(body, null);
  }

  /**
   * Reads the {@code body} of a reply.
   *
   * @param known the account's last known zone; null when none is known
   */
  public static RowPage<HeartRecording> page(JsonNode body, @Nullable ZoneId known) {
    return RowPage.of(body, "series", known, HeartRecording::of);
  }

  private static HeartRecording of(JsonFields row) {
    JsonFields ecg = row.object("ecg");
    JsonFields pressure = row.object("bloodpressure");
    RowDevice device = RowDevice.of(row, true);
    return new HeartRecording(
        row.requiredInstant("timestamp"),
        row.zone("timezone"),
        row.optionalInstant("modified"),
        ecg.has("signalid") ? (Long) ecg.requiredLong("signalid") : null,
        ecg.optionalInt("afib"),
        row.optionalNumber("heart_rate"),
        pressure.optionalNumber("systole"),
        pressure.optionalNumber("diastole"),
        ActivityDay.isOfOtherMaker(row) || device.isRelayed(),
        device);
  }

  /** When it last changed at Withings, or else when it was recorded. */
  public Instant changed() {
    return Objects.requireNonNullElse(modified, timestamp);
  }

  @Override
  public String rowId() {
    return String.valueOf(signalId);
  }

  /** Only the type, because all fields are health data. */
  @Override
  public String toString() {
    return "HeartRecording";
  }
}
