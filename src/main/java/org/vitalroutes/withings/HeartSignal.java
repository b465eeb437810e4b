package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.provider.ProviderUnavailableException;

/**
 * An electrocardiogram, as {@code heart get} answers it.
 *
 * @param microvolts the samples
 * @param frequency samples per second
 * @param position where the device was worn, see {@link Position}
 */
public record HeartSignal(List<Integer> microvolts, int frequency, @Nullable Integer position) {

  /** The most samples that are accepted; more would be hours. */
  private static final int MOST_SAMPLES = 200_000;

  private static final int MOST_PER_SECOND = 10_000;

  public HeartSignal {
    microvolts = List.copyOf(microvolts);
  }

  /** The call that fetches a signal. */
  public static WithingsCall call(long signalId) {
    return WithingsCall.of("/v2/heart", "get").with("signalid", Long.toString(signalId));
  }

  /**
   * Reads the {@code body} of a reply. Empty when it has no signal, as until the device has
   * uploaded all of it.
   *
   * @throws ProviderUnavailableException when it has no list of samples
   */
  public static Optional<HeartSignal> of(JsonNode body) {
    JsonFields fields = new JsonFields(body, "body");
    Integer frequency = fields.optionalInt("sampling_frequency");
    JsonNode signal = JsonFields.given(body, "signal");
    if (frequency == null
        || frequency <= 0
        || frequency > MOST_PER_SECOND
        || signal.isEmpty()
        || signal.size() > MOST_SAMPLES) {
      return Optional.empty();
    }
    List<Integer> samples = new ArrayList<>(signal.size());
    for (JsonNode sample : signal) {
      if (!sample.canConvertToInt() || !sample.canConvertToExactIntegral()) {
        return Optional.empty();
      }
      samples.add(sample.intValue());
    }
    return Optional.of(new HeartSignal(samples, frequency, fields.optionalInt("wearposition")));
  }

  /**
   * The first readable signal in the bodies of the replies.
   *
   * @throws ProviderUnavailableException when one has no list of samples
   */
  public static Optional<HeartSignal> of(List<JsonNode> bodies) {
    return bodies.stream().flatMap(body -> of(body).stream()).findFirst();
  }

  /** Only the type, because all fields are health data. */
  @Override
  public String toString() {
    return "HeartSignal";
  }
}
