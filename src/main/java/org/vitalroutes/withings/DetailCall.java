package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;

/**
 * A call for a single row of a page.
 *
 * @param key by which its answer is found, unique in the page
 */
public record DetailCall(String key, WithingsCall call) {

  /** The calls that get the electrocardiograms of a page of {@code heart list}. */
  public static List<DetailCall> signals(JsonNode recordings) {
    return HeartRecording.page(recordings).rows().stream()
        .map(HeartRecording::signalId)
        .filter(Objects::nonNull)
        .distinct()
        .map(
            id ->
                new DetailCall(
                    id.toString(),
                    WithingsCall.of("/v2/heart", "get").with("signalid", id.toString())))
        .toList();
  }
}
