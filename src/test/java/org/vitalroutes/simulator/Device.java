package org.vitalroutes.simulator;

/** The device models of the simulated users, with Withings' model numbers. */
enum Device {
  BODY_PLUS("Scale", "Body+", 5),
  BPM_CONNECT("Blood Pressure Monitor", "BPM Connect", 45),
  THERMO("Smart Connected Thermometer", "Thermo", 70),
  SCANWATCH("Activity Tracker", "ScanWatch", 93),
  SLEEP_MAT("Sleep Monitor", "Aura Sensor V2", 63);

  private final String type;
  private final String model;
  private final int modelId;

  Device(String type, String model, int modelId) {
    this.type = type;
    this.model = model;
    this.modelId = modelId;
  }

  String type() {
    return type;
  }

  String model() {
    return model;
  }

  int modelId() {
    return modelId;
  }
}
