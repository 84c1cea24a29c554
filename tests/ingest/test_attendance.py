from analyzer.ingest.attendance import Attendance


def listed(*names):
    attendance = Attendance()
    for name in names:
        attendance.add(name, party="North")
    return attendance


def test_first_name_and_surname_alone_stand_for_the_person():
    attendance = listed("Ann Keil", "Bob van Lund")

    assert attendance.find("ann") == attendance.find("KEIL") == "Ann Keil (North)"
    assert attendance.find("Lund") == "Bob van Lund (North)"


def test_half_a_name_that_two_people_have_stands_for_nobody():
    attendance = listed("Ann Keil", "Ann Lund", "Keil Roe")

    assert attendance.find("Ann") is None
    assert attendance.find("Keil") is None
    assert attendance.find("Roe") == "Keil Roe (North)"


def test_who_is_not_listed_is_not_found():
    assert listed("Ann Keil").find("Bob") is None
    assert listed("Ann").find("Keil") is None
