package org.vitalroutes.withings;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Measures taken at one time, such as one step on a scale. The user's comment is not read.
 *
 * @param grpid Withings' id of the group; exceeds 2³¹
 * @param attrib how Withings attributed the group, see {@link #attribution}; {@link #NOT_GIVEN}
 *     when absent
 * @param date when it was measured
 * @param created when Withings received it
 * @param modified when Withings last changed it
 * @param category 1 for measures, 2 for the user's objectives; {@link #NOT_GIVEN} when absent
 * @param device the device that measured; unknown for entries by hand
 * @param otherBrand whether Withings names another maker's brand
 */
public record MeasureGroup(
    long grpid,
    int attrib,
    Instant date,
    @Nullable Instant created,
    @Nullable Instant modified,
    int category,
    RowDevice device,
    boolean otherBrand,
    List<Measure> measures) {

  public static final int NOT_GIVEN = -1;

  public MeasureGroup {
    measures = List.copyOf(measures);
  }

  /** Reads a group. An unreadable measure is recorded and left out; the other measures stay. */
  static MeasureGroup of(JsonFields fields, List<Unreadable> unreadable) {
    long grpid = fields.requiredLong("grpid");
    Instant date = fields.requiredInstant("date");
    List<Measure> measures = new ArrayList<>();
    for (JsonFields.Element element : fields.list("measures")) {
      try {
        JsonFields measure = element.fields();
        if (measure.isTakenBack()) {
          fields.reading().takenBack("measures");
        } else {
          measures.add(Measure.of(measure));
        }
      } catch (JsonFieldException e) {
        unreadable.add(Unreadable.of(e, element));
      }
    }
    return new MeasureGroup(
        grpid,
        Objects.requireNonNullElse(fields.optionalInt("attrib"), NOT_GIVEN),
        date,
        fields.optionalInstant("created"),
        fields.optionalInstant("modified"),
        Objects.requireNonNullElse(fields.optionalInt("category"), NOT_GIVEN),
        RowDevice.of(fields, true),
        ActivityDay.isOfOtherMaker(fields),
        measures);
  }

  /** The same group with a better known device. */
  public MeasureGroup measuredBy(RowDevice known) {
    return new MeasureGroup(
        grpid, attrib, date, created, modified, category, known, otherBrand, measures);
  }

  /** Whether it came from another maker's device or app, by way of Withings. */
  public boolean isExternal() {
    return otherBrand || device.isRelayed();
  }

  /** Empty when {@link #attrib} is an unknown number. */
  public Optional<Attribution> attribution() {
    return Attribution.of(attrib);
  }

  /** Whether it was changed at Withings after it had been created there. */
  public boolean isEdited() {
    return created != null && modified != null && modified.isAfter(created);
  }

  /** When the group last changed at Withings, or else when it was created or measured. */
  public Instant changed() {
    return modified != null ? modified : created != null ? created : date;
  }
}
