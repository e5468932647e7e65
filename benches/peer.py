"""The peer of benches/peer.sh: Python MediaPipe, heavy network, every frame of one video, nothing written.

peer.py VIDEO: prints `frames wall_s cpu_s`. Start-up is not counted, as it is not for ours.
"""
import resource
import sys
import time

import cv2
import mediapipe as mp


def main() -> None:
    pose = mp.solutions.pose.Pose(model_complexity=2, enable_segmentation=True, smooth_landmarks=False)
    capture = cv2.VideoCapture(sys.argv[1])
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    frames = 0
    while True:
        there, picture = capture.read()
        if not there:
            break
        pose.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
        frames += 1
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(frames, round(time.monotonic() - start, 3), round(cpu, 3))


main()
