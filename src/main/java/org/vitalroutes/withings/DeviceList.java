package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.vitalroutes.sync.KnownDevice;

/** {@code getdevice}: the devices of a user. */
public final class DeviceList {

  /** The scope that the call needs. */
  public static final String SCOPE = "user.info";

  private DeviceList() {}

  /** The call that fetches the list. */
  public static WithingsCall call() {
    return WithingsCall.of("/v2/user", "getdevice");
  }

  /**
   * Reads the {@code body} of a reply. Leaves out a device without a stable identity, because no
   * row refers to it.
   *
   * @throws JsonFieldException when the body is no object
   */
  public static List<KnownDevice> of(JsonNode body) {
    return RowPage.of(body, "devices", null, DeviceList::device).rows().stream()
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<KnownDevice> device(JsonFields row) {
    RowDevice device = RowDevice.of(row, true);
    return Optional.ofNullable(device.hash())
        .map(
            hash ->
                new KnownDevice(hash, device.modelId(), device.model(), row.optionalText("type")));
  }
}
